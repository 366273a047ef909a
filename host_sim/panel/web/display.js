/** The character display, dot by dot, with the character generator of an HD44780. */

import { el } from "./dom.js";
import { fontA00 } from "./vendor/wokwi.js";

const DOT = 4; // pixels of the canvas
const WIDTH = 5; // dots of a character
const HEIGHT = 8;
const CELL_WIDTH = (WIDTH + 1) * DOT;
const CELL_HEIGHT = (HEIGHT + 1.4) * DOT;
const EDGE = 14;

export class Display {
  #columns;
  #rows;
  /** @type {string[]} */
  #cells = [];
  #lit = false;
  #context;
  /** How many characters have changed so far. */
  changes = 0;

  /**
   * @param {number} columns
   * @param {number} rows
   */
  constructor(columns, rows) {
    this.#columns = columns;
    this.#rows = rows;
    this.canvas = el("canvas", {
      class: "lcd",
      width: columns * CELL_WIDTH - DOT + 2 * EDGE,
      height: Math.round(rows * CELL_HEIGHT - 1.4 * DOT + 2 * EDGE),
      "aria-hidden": "true",
      "data-testid": "display",
    });
    const context = this.canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser has no canvas");
    this.#context = context;
    this.#clear();
  }

  #clear() {
    this.#context.fillStyle = this.#lit ? "#123a63" : "#0a1a2b";
    this.#context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.#cells = [];
  }

  /**
   * @param {string[]} lines
   * @param {boolean} lit  Does its backlight have power?
   */
  draw(lines, lit) {
    if (lit !== this.#lit) {
      this.#lit = lit;
      this.#clear();
    }
    for (let row = 0; row < this.#rows; row++) {
      const line = lit ? (lines[row] ?? "") : "";
      for (let column = 0; column < this.#columns; column++) this.#draw(row, column, line.charAt(column) || " ");
    }
    const text = lines.join("\n");
    if (this.canvas.dataset.text !== text) this.canvas.dataset.text = text;
  }

  /**
   * @param {number} row
   * @param {number} column
   * @param {string} character
   */
  #draw(row, column, character) {
    const place = row * this.#columns + column;
    if (this.#cells[place] === character) return;
    this.#cells[place] = character;
    this.changes++;
    const code = character.charCodeAt(0) & 0xff;
    const context = this.#context;
    const left = EDGE + column * CELL_WIDTH;
    const top = EDGE + row * CELL_HEIGHT;
    context.fillStyle = this.#lit ? "#123a63" : "#0a1a2b";
    context.fillRect(left, top, WIDTH * DOT, HEIGHT * DOT);
    for (const on of [false, true]) {
      context.fillStyle = on ? "#eaf6ff" : this.#lit ? "#174673" : "#0d2135";
      for (let y = 0; y < HEIGHT; y++) {
        const bits = fontA00[code * HEIGHT + y] ?? 0;
        for (let x = 0; x < WIDTH; x++) {
          if (Boolean(bits & (1 << x)) === on) context.fillRect(left + x * DOT, top + y * DOT, DOT - 0.6, DOT - 0.6);
        }
      }
    }
  }
}
