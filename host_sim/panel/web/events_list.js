/** The newest events as a table: for a screen reader, and to copy. */

import { seconds } from "./amounts.js";
import { el } from "./dom.js";

/** @typedef {import("./score.js").Score} Score */

const MOST = 200;
const EVERY_MS = 250;

export class EventsList {
  #body;
  #score;
  #version = -1;
  #next = 0;

  /**
   * @param {HTMLElement} place
   * @param {Score} score
   */
  constructor(place, score) {
    this.#score = score;
    place.tabIndex = 0; // it scrolls, also by keyboard
    this.#body = el("tbody", { "data-testid": "events" });
    const names = ["Time", "Event", "In words", "Sale", "From", "To"].map((name) => el("th", { scope: "col" }, name));
    place.replaceChildren(
      el(
        "table",
        {},
        el("caption", { class: "unseen" }, "The newest events"),
        el("thead", {}, el("tr", {}, ...names)),
        this.#body,
      ),
    );
  }

  /** To be called for each frame in which it is visible. */
  draw() {
    const now = performance.now();
    if (this.#version === this.#score.version || now < this.#next) return;
    this.#version = this.#score.version;
    this.#next = now + EVERY_MS;
    const rows = this.#score.marks.slice(-MOST).reverse();
    this.#body.replaceChildren(
      ...rows.map(({ event, count }) =>
        el(
          "tr",
          { class: event.command ? "is-command" : "" },
          el("td", {}, seconds(event.at_ms)),
          el("td", {}, count > 1 ? `${event.name} ×${count}` : event.name),
          el("td", {}, event.text),
          el("td", {}, event.sale ? String(event.sale) : ""),
          el("td", {}, event.from),
          el("td", {}, event.to.join(", ")),
        ),
      ),
    );
  }
}
