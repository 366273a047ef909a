/** The other machine, when both ways run at once: its customer's view, and whether it is the same. */

import { seconds } from "./amounts.js";
import { displaySize } from "./config.js";
import { Display } from "./display.js";
import { el, setText } from "./dom.js";

/** @typedef {import("./config.js").Config} Config */
/** @typedef {import("./protocol.js").Frame} Frame */

const DRAWING_MS = 400; // for so long a display may differ: it is being drawn

/** What the customer sees and has. @type {[string, (frame: Frame) => unknown][]} */
const VIEWS = [
  ["the display", (frame) => frame.display],
  ["the bin", (frame) => frame.bin],
  ["the tray", (frame) => frame.tray],
  ["the columns", (frame) => frame.columns.map((column) => column.products)],
  ["what was taken", (frame) => [frame.got, frame.returned, frame.taken_in]],
  ["the door", (frame) => frame.door],
  ["the power", (frame) => frame.power],
];

/**
 * What differs between two frames, in words.
 * @param {Frame} one
 * @param {Frame} other
 */
function differences(one, other) {
  return VIEWS.filter(([, view]) => JSON.stringify(view(one)) !== JSON.stringify(view(other))).map(([name]) => name);
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
    const found = differences(one, other);
    if (!found.length) this.#since_ms = -1;
    else if (this.#since_ms < 0) this.#since_ms = one.now_ms;
    const isReal = found.length > 0 && one.now_ms - this.#since_ms > DRAWING_MS;
    this.#place.classList.toggle("differs", isReal);
    const since = `The customer sees something else since ${seconds(this.#since_ms)}: ${found.join(", ")}`;
    setText(this.#verdict, isReal ? since : "The customer sees the same");
  }
}
