/** The process as a picture: the states of a sale, of which one is lit. */

import { el, setText, svg } from "./dom.js";

/** @typedef {import("./protocol.js").Frame} Frame */

/** @type {Record<string, [number, number]>} */
const STATES = {
  idle: [60, 110],
  checking: [190, 40],
  reserving: [330, 110],
  waiting: [330, 190],
  delivering: [490, 110],
  settling: [640, 40],
  releasing: [640, 190],
};

/** From, to, the event, the path. @type {[string, string, string, string][]} */
const ROWS = [
  ["idle", "checking", "ItemSelected", "M 88 92 Q 115 50 142 44"],
  ["checking", "reserving", "ItemValidated", "M 238 44 Q 285 55 310 88"],
  ["idle", "reserving", "ItemSelected", "M 108 110 H 280"],
  ["reserving", "waiting", "CreditShort", "M 322 132 V 168"],
  ["waiting", "delivering", "PaymentReserved", "M 378 186 Q 450 176 474 133"],
  ["reserving", "delivering", "PaymentReserved", "M 378 110 H 438"],
  ["delivering", "settling", "ItemDispatched", "M 506 88 Q 535 46 590 41"],
  ["delivering", "releasing", "DispatchFailed", "M 506 132 Q 535 180 590 189"],
  ["settling", "idle", "SaleCompleted", "M 640 18 Q 350 -14 62 88"],
  ["releasing", "idle", "PaymentReleased", "M 640 212 Q 350 262 62 132"],
];

export class Process {
  /** @type {Map<string, SVGGElement>} */
  #states = new Map();
  #now;
  #shown = "";

  /** @param {HTMLElement} place */
  constructor(place) {
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
    for (const [, , , path] of ROWS)
      picture.append(svg("path", { d: path, class: "process-row", "marker-end": "url(#arrow)" }));
    for (const [name, [x, y]] of Object.entries(STATES)) {
      const state = svg(
        "g",
        { class: "process-state", "data-testid": `state-${name}` },
        svg("rect", { x: x - 48, y: y - 21, width: 96, height: 42, rx: 21 }),
        svg("text", { x, y: y + 5, "text-anchor": "middle" }, name),
      );
      this.#states.set(name, state);
      picture.append(state);
    }
    this.#now = el("p", { class: "process-now", "data-testid": "process" });
    place.replaceChildren(picture, this.#now);
  }

  /** @param {Frame["process"]} process */
  draw(process) {
    const state = JSON.stringify(process);
    if (state === this.#shown) return;
    this.#shown = state;
    for (const [name, group] of this.#states) group.classList.toggle("lit", name === process?.step);
    const sale = process?.sale ? `, sale ${process.sale}` : "";
    setText(
      this.#now,
      process
        ? `The conductor is in ${process.step}${sale}`
        : "No conductor: each context reacts to the events of the others.",
    );
  }
}
