/** The process as a picture and as a table: the states of a sale, of which one is lit. */

import { el, setText, svg } from "./dom.js";

/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {import("./protocol.js").ProcessRow} ProcessRow */

/** @type {Record<string, [number, number]>} */
const STATES = {
  idle: [60, 110],
  checking: [195, 72],
  reserving: [330, 110],
  waiting: [330, 190],
  delivering: [490, 110],
  settling: [640, 40],
  releasing: [640, 190],
};

/** From, to, the event, the path. @type {[string, string, string, string][]} */
const ROWS = [
  ["idle", "checking", "ItemSelected", "M 92 92 Q 118 76 144 74"],
  ["checking", "reserving", "ItemValidated", "M 243 74 Q 285 76 308 90"],
  ["idle", "reserving", "ItemSelected", "M 108 110 H 280"],
  ["reserving", "waiting", "CreditShort", "M 322 132 V 168"],
  ["waiting", "delivering", "PaymentReserved", "M 378 186 Q 450 176 474 133"],
  ["reserving", "delivering", "PaymentReserved", "M 378 110 H 438"],
  ["delivering", "settling", "ItemDispatched", "M 506 88 Q 535 46 590 41"],
  ["delivering", "releasing", "DispatchFailed", "M 506 132 Q 535 180 590 189"],
  ["settling", "idle", "SaleCompleted", "M 592 38 Q 330 -24 66 86"],
  ["releasing", "idle", "PaymentReleased", "M 640 212 Q 350 262 62 132"],
];

export class Process {
  #place;
  /** @type {Map<string, Element[]>} */
  #parts = new Map();
  #now = el("p", { class: "process-now", "data-testid": "process" });
  #shown = "";

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  /** @param {ProcessRow[]} rows  the process table of the machine */
  show(rows) {
    this.#parts.clear();
    this.#shown = "";
    const known = new Set(rows.flatMap(({ state, next }) => [state, next]));
    const isUsed = (/** @type {string} */ name) => name === "idle" || !rows.length || known.has(name);
    this.#place.replaceChildren(this.#picture(isUsed), this.#now, ...(rows.length ? [this.#table(rows)] : []));
  }

  /**
   * @param {string} name
   * @param {Element} part  what is lit in this state
   */
  #add(name, part) {
    this.#parts.set(name, [...(this.#parts.get(name) ?? []), part]);
  }

  /** @param {(state: string) => boolean} isUsed */
  #picture(isUsed) {
    const picture = svg("svg", {
      viewBox: "0 -2 710 240",
      class: "process-picture",
      role: "img",
      "aria-label": "The states of a sale",
    });
    const head = svg("marker", {
      id: "arrow",
      viewBox: "0 0 10 10",
      refX: 9,
      refY: 5,
      markerWidth: 7,
      markerHeight: 7,
      orient: "auto",
    });
    head.append(svg("path", { d: "M0 1 L9 5 L0 9 Z", class: "process-head" }));
    picture.append(svg("defs", {}, head));
    for (const [from, to, event, path] of ROWS) {
      const isHere = isUsed(from) && isUsed(to);
      const row = svg("path", {
        d: path,
        class: isHere ? "process-row" : "process-row unused",
        "marker-end": "url(#arrow)",
      });
      row.append(svg("title", {}, event));
      picture.append(row);
    }
    for (const [name, [x, y]] of Object.entries(STATES)) {
      const state = svg(
        "g",
        { class: isUsed(name) ? "process-state" : "process-state unused", "data-testid": `state-${name}` },
        svg("rect", { x: x - 48, y: y - 21, width: 96, height: 42, rx: 21 }),
        svg("text", { x, y: y + 5, "text-anchor": "middle" }, name),
      );
      this.#add(name, state);
      picture.append(state);
    }
    return picture;
  }

  /** @param {ProcessRow[]} rows */
  #table(rows) {
    const names = ["State", "Event", "Commands", "Next"].map((name) => el("th", { scope: "col" }, name));
    const lines = rows.map(({ state, event, commands, next }) => {
      const sent = commands ? commands.join(", ") || "none" : "not expected";
      const line = el("tr", {}, ...[state, event, sent, next].map((words) => el("td", {}, words)));
      this.#add(state, line);
      return line;
    });
    const table = el("table", {}, el("thead", {}, el("tr", {}, ...names)), el("tbody", {}, ...lines));
    const box = el("div", { class: "process-table" }, table);
    box.tabIndex = 0; // it scrolls, also by keyboard
    return el("details", {}, el("summary", {}, "The process table"), box);
  }

  /** @param {Frame["process"]} process */
  draw(process) {
    const state = JSON.stringify(process);
    if (state === this.#shown) return;
    this.#shown = state;
    for (const [name, parts] of this.#parts) {
      for (const part of parts) part.classList.toggle("lit", name === process?.step);
    }
    const sale = process?.sale ? `, sale ${process.sale}` : "";
    const words = process
      ? `The conductor is in ${process.step}${sale}`
      : "No conductor: each context reacts to the events of the others.";
    setText(this.#now, words);
  }
}
