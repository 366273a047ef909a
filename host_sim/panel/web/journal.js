/** The journal's records, the newest first, as they are written. */

import { seconds } from "./amounts.js";
import { el } from "./dom.js";

/** @typedef {import("./protocol.js").JournalRecord} JournalRecord */

const MOST = 60;

/** A list of at most MOST lines, in `place`. */
class Lines {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    place.tabIndex = 0; // it scrolls, also by keyboard
    this.clear();
  }

  clear() {
    this.place.replaceChildren();
  }
}

/** The lines have their times; what is too old leaves at the end. */
export class Journal extends Lines {
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
    this.place.prepend(...rows.reverse());
    while (this.place.childElementCount > MOST) this.place.lastElementChild?.remove();
  }
}

/** What the machine prints on its serial port. */
export class Console extends Lines {
  /** @param {string[]} lines */
  add(lines) {
    if (!lines.length) return;
    this.place.append(...lines.slice(-MOST).map((line) => el("li", {}, line)));
    while (this.place.childElementCount > MOST) this.place.firstElementChild?.remove();
    this.place.scrollTop = this.place.scrollHeight;
  }
}
