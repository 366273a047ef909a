/** The journal's records, the newest first, as they are written. */

import { seconds } from "./amounts.js";
import { el } from "./dom.js";

/** @typedef {import("./protocol.js").JournalRecord} JournalRecord */

const MOST = 60;

/** A list of lines with their times; what is too old leaves it. */
export class Journal {
  #list;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#list = place;
    this.#list.tabIndex = 0; // it scrolls, also by keyboard
    this.clear();
  }

  clear() {
    this.#list.replaceChildren();
  }

  /** @param {JournalRecord[]} records */
  add(records) {
    if (!records.length) return;
    const rows = records
      .slice(-MOST)
      .map(({ at_ms, number, text }) =>
        el(
          "li",
          {},
          el("span", { class: "at" }, seconds(at_ms)),
          el("span", { class: "number" }, String(number)),
          el("span", { class: "words" }, text),
        ),
      );
    this.#list.prepend(...rows.reverse());
    while (this.#list.childElementCount > MOST) this.#list.lastElementChild?.remove();
  }
}

/** What the machine prints on its serial port. */
export class Console {
  #list;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#list = place;
    this.#list.tabIndex = 0; // it scrolls, also by keyboard
    this.clear();
  }

  clear() {
    this.#list.replaceChildren();
  }

  /** @param {string[]} lines */
  add(lines) {
    if (!lines.length) return;
    this.#list.append(...lines.slice(-MOST).map((line) => el("li", {}, line)));
    while (this.#list.childElementCount > MOST) this.#list.firstElementChild?.remove();
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}
