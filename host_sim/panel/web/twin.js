/** The other machine, when both ways run at once: its customer's view, and whether it is the same. */

import { seconds } from "./amounts.js";
import { displaySize } from "./config.js";
import { Display } from "./display.js";
import { el, setText } from "./dom.js";

/** @typedef {import("./config.js").Config} Config */
/** @typedef {import("./protocol.js").Frame} Frame */

const DRAWING_MS = 400; // for so long a display may differ: it is being drawn

/**
 * What the customer sees and has, without the display.
 * @param {Frame} frame
 */
function things(frame) {
  return JSON.stringify([
    frame.power,
    frame.bin,
    frame.got,
    frame.tray,
    frame.returned,
    frame.taken_in,
    frame.door,
    frame.columns.map((column) => column.products),
  ]);
}

export class Twin {
  #display;
  #verdict;
  #place;
  /** The virtual time from which on they differ; -1: they do not. */
  #since_ms = -1;

  /**
   * @param {HTMLElement} place
   * @param {Config} config
   */
  constructor(place, config) {
    this.#place = place;
    this.#display = new Display(...displaySize(config));
    this.#display.canvas.dataset.testid = "twin-display";
    this.#verdict = el("p", { class: "twin-verdict", "data-testid": "twin-verdict" });
    place.replaceChildren(el("h2", {}, "The same machine, with a conductor"), this.#display.canvas, this.#verdict);
  }

  /**
   * @param {Frame} one
   * @param {Frame} other
   */
  draw(one, other) {
    this.#display.draw(other.display, other.power);
    const differs = one.display.join("\n") !== other.display.join("\n") || things(one) !== things(other);
    if (!differs) this.#since_ms = -1;
    else if (this.#since_ms < 0) this.#since_ms = one.now_ms;
    const isReal = differs && one.now_ms - this.#since_ms > DRAWING_MS;
    this.#place.classList.toggle("differs", isReal);
    setText(
      this.#verdict,
      isReal ? `The customer sees something else since ${seconds(this.#since_ms)}` : "The customer sees the same",
    );
  }
}
