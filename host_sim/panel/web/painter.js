/** Draws a score on a canvas, and knows what is where on it. */

import { seconds } from "./amounts.js";
import { el } from "./dom.js";
import { isRepeated } from "./score.js";

/** @typedef {import("./score.js").Score} Score */
/** @typedef {import("./score.js").Mark} Mark */
/** @typedef {import("./protocol.js").Event} Event */

const RULER = 22;
const TITLE = 22;
const LANE = 38;
const BELOW = 4;
const WIDEST_WORDS = 260; // pixels before the left edge at which a mark may still show its words
const NAME_FONT = "600 11.5px system-ui, sans-serif";
const TEXT_FONT = "10.5px system-ui, sans-serif";
const LANE_FONT = "12px system-ui, sans-serif";
const TITLE_FONT = "650 12.5px system-ui, sans-serif";
const COUNT = 28; // pixels for the number of an event that comes several times
const NARROW = 560; // pixels; below, the lanes' names take less room
const NEAR = 14; // pixels from an event that the person points at
const HEAD = 5; // of an arrow
const MOST_WIDTHS = 5000;

const LANES = ["board", "selection", "availability", "payment", "cabinet", "panel", "conductor"]; // those with a colour

/** @param {Element} root */
function colours(root) {
  const style = getComputedStyle(root);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: colour("card"),
    ink: colour("ink"),
    muted: colour("muted"),
    line: colour("line"),
    stripe: colour("stripe"),
    command: colour("command"),
    focus: colour("focus"),
    lanes: Object.fromEntries(LANES.map((name) => [name, colour(`lane-${name}`)])),
  };
}

/**
 * The second line of an event: its payload in words, and its sale.
 * @param {Event} event
 */
export function words({ text, sale }) {
  return sale && !text.startsWith("sale") ? `${text}${text ? ", " : ""}sale ${sale}` : text;
}

export class Painter {
  canvas = el("canvas", { class: "lanes-canvas", "aria-hidden": "true", "data-testid": "lanes-canvas" });
  /** One a machine; "": it has none. @type {string[]} */
  titles = [];
  /** The marks that are shown as chosen. @type {(Mark | null)[]} */
  chosen = [];
  /** What is subtracted from the x of a mark to get that on the canvas. */
  offset = 0;
  /** @type {Score} */
  #score;
  #context;
  #colours = colours(document.documentElement);
  /** @type {Map<string, number>} */
  #widths = new Map();
  #width = 0;
  #height = 0;

  /** @param {(measure: (event: Event) => number) => Score} makeScore */
  constructor(makeScore) {
    const context = this.canvas.getContext("2d");
    if (!context) throw new Error("this browser has no canvas");
    this.#context = context;
    this.#score = makeScore((event) => this.#measure(event));
  }

  get score() {
    return this.#score;
  }

  /** To be called when it became dark, or light. */
  takeColours() {
    this.#colours = colours(document.documentElement);
  }

  /**
   * @param {string} text
   * @param {string} font
   */
  #widthOf(text, font) {
    const key = font + text;
    let width = this.#widths.get(key);
    if (width === undefined) {
      if (this.#widths.size > MOST_WIDTHS) this.#widths.clear();
      this.#context.font = font;
      width = this.#context.measureText(text).width;
      this.#widths.set(key, width);
    }
    return width;
  }

  /**
   * The width of an event's words in pixels.
   * @param {Event} event
   */
  #measure(event) {
    const count = isRepeated(event) ? COUNT : 0;
    return Math.max(this.#widthOf(event.name, NAME_FONT) + count, this.#widthOf(words(event), TEXT_FONT));
  }

  /** The width of the lanes' names. */
  get left() {
    return this.#width < NARROW ? 74 : 104;
  }

  /** The height that all lanes need. */
  get height() {
    const titled = this.titles.filter(Boolean).length * TITLE;
    return RULER + titled + this.#score.lanes.reduce((sum, names) => sum + names.length * LANE, 0) + BELOW;
  }

  /** The y of each machine's first lane. */
  #tops() {
    let y = RULER;
    return this.#score.lanes.map((names, machine) => {
      const top = y + (this.titles[machine] ? TITLE : 0);
      y = top + names.length * LANE;
      return top;
    });
  }

  /** @param {number} width  of what can be seen, in pixels */
  setWidth(width) {
    const ratio = window.devicePixelRatio || 1;
    this.#width = width;
    this.#height = this.height;
    const [w, h] = [Math.round(width * ratio), Math.round(this.#height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${this.#height}px`;
    }
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /** Draws all that can be seen. */
  paint() {
    const context = this.#context;
    const { left, offset } = this;
    const [width, height] = [this.#width, this.#height];
    const tops = this.#tops();
    context.fillStyle = this.#colours.paper;
    context.fillRect(0, 0, width, height);
    this.#paintLanes(width, tops);
    context.save();
    context.beginPath();
    context.rect(left - 6, 0, width - left + 6, height);
    context.clip();
    this.#paintRuler(offset, width, height);
    const { marks } = this.#score;
    for (let i = this.#score.firstFrom(offset + left - WIDEST_WORDS); i < marks.length; i++) {
      const mark = /** @type {Mark} */ (marks[i]);
      if (mark.x - offset > width) break;
      this.#paintMark(mark, mark.x - offset, tops[mark.machine] ?? 0);
    }
    context.restore();
    if (!marks.length && this.#score.lanes.length) {
      context.fillStyle = this.#colours.muted;
      context.font = LANE_FONT;
      context.fillText("Insert a coin, or play a scenario.", left + 12, (tops[0] ?? 0) + LANE / 2 - 5);
    }
    this.#paintNames(tops);
  }

  /**
   * @param {number} width
   * @param {number[]} tops
   */
  #paintLanes(width, tops) {
    const context = this.#context;
    for (const [machine, names] of this.#score.lanes.entries()) {
      const top = tops[machine] ?? 0;
      for (let row = 0; row < names.length; row++) {
        const y = top + row * LANE;
        if (row % 2 === 0) {
          context.fillStyle = this.#colours.stripe;
          context.fillRect(0, y, width, LANE);
        }
        context.strokeStyle = this.#colours.line;
        context.lineWidth = 1;
        context.beginPath();
        context.moveTo(0, y + LANE / 2 + 0.5);
        context.lineTo(width, y + LANE / 2 + 0.5);
        context.stroke();
      }
    }
  }

  /** @param {number[]} tops */
  #paintNames(tops) {
    const context = this.#context;
    const left = this.left;
    context.textBaseline = "middle";
    for (const [machine, names] of this.#score.lanes.entries()) {
      const top = tops[machine] ?? 0;
      const title = this.titles[machine];
      context.fillStyle = this.#colours.paper;
      context.fillRect(0, top, left - 6, names.length * LANE);
      if (title) {
        context.fillStyle = this.#colours.ink;
        context.font = TITLE_FONT;
        context.fillText(title, 10, top - TITLE / 2 + 1);
      }
      context.font = LANE_FONT;
      for (const [row, name] of names.entries()) {
        const y = top + row * LANE + LANE / 2;
        context.fillStyle = this.#colours.lanes[name] ?? this.#colours.muted;
        context.beginPath();
        context.arc(12, y, 4, 0, 7);
        context.fill();
        context.fillStyle = this.#colours.ink;
        context.fillText(name, 22, y + 0.5, left - 32);
      }
    }
    context.textBaseline = "alphabetic";
  }

  /**
   * @param {number} offset
   * @param {number} width
   * @param {number} height
   */
  #paintRuler(offset, width, height) {
    const context = this.#context;
    context.font = TEXT_FONT;
    context.fillStyle = this.#colours.muted;
    context.textAlign = "center";
    for (const gap of this.#score.gaps) {
      const x = gap.x - offset;
      if (x < 0 || x > width) continue;
      context.strokeStyle = this.#colours.line;
      context.setLineDash([2, 4]);
      context.beginPath();
      context.moveTo(x, RULER);
      context.lineTo(x, height);
      context.stroke();
      context.setLineDash([]);
      context.fillText(`+${(gap.ms / 1000).toFixed(1)} s`, x, 14);
    }
    context.textAlign = "left";
    let free = -Infinity;
    let last = "";
    const { marks } = this.#score;
    for (let i = this.#score.firstFrom(offset); i < marks.length; i++) {
      const mark = /** @type {Mark} */ (marks[i]);
      const x = mark.x - offset;
      if (x > width) break;
      const time = seconds(mark.since_ms);
      if (time === last || x < free || this.#nearGap(mark.x)) continue;
      context.fillText(time, x - 4, 14);
      free = x + 66;
      last = time;
    }
  }

  /** @param {number} x  Would a time at `x` run into the length of a gap? */
  #nearGap(x) {
    return this.#score.gaps.some((gap) => gap.x > x - 22 && gap.x < x + 78 && gap.x > x);
  }

  /**
   * @param {Mark} mark
   * @param {number} x
   * @param {number} top
   */
  #paintMark(mark, x, top) {
    const context = this.#context;
    const { event } = mark;
    const middle = (/** @type {number} */ row) => top + row * LANE + LANE / 2;
    const y = middle(mark.row);
    const colour = event.command ? this.#colours.command : (this.#colours.lanes[event.from] ?? this.#colours.muted);
    const isStrong = this.chosen.includes(mark);
    if (isStrong) {
      context.fillStyle = this.#colours.focus;
      context.globalAlpha = 0.22;
      context.fillRect(x - 7, y - LANE / 2 + 2, mark.width + 22, LANE - 4);
      context.globalAlpha = 1;
    }
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = isStrong ? 2.5 : 1.6;
    for (const target of mark.targets) this.#paintArrow(x, y, middle(target));
    context.beginPath();
    context.arc(x, y, event.command ? 3 : 4, 0, 7);
    context.fill();
    context.font = NAME_FONT;
    context.fillStyle = event.command ? this.#colours.command : this.#colours.ink;
    context.fillText(event.name, x + 9, y - 6);
    if (mark.count > 1) {
      context.fillStyle = this.#colours.muted;
      context.fillText(`×${mark.count}`, x + 12 + this.#widthOf(event.name, NAME_FONT), y - 6);
    }
    context.font = TEXT_FONT;
    context.fillStyle = this.#colours.muted;
    context.fillText(words(event), x + 9, y + 14);
  }

  /**
   * From `y` to `end`; a ring, when both are the same.
   * @param {number} x
   * @param {number} y
   * @param {number} end
   */
  #paintArrow(x, y, end) {
    const context = this.#context;
    context.beginPath();
    if (y === end) {
      context.arc(x, y, 7, 0, 7);
      context.stroke();
      return;
    }
    const direction = Math.sign(end - y);
    context.moveTo(x, y);
    context.lineTo(x, end - direction * HEAD);
    context.stroke();
    context.beginPath();
    context.moveTo(x, end);
    context.lineTo(x - HEAD, end - direction * HEAD * 1.7);
    context.lineTo(x + HEAD, end - direction * HEAD * 1.7);
    context.fill();
  }

  /**
   * The mark at a place of the canvas, or null.
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    const tops = this.#tops();
    const offset = this.offset;
    const { marks } = this.#score;
    /** @type {Mark | null} */
    let best = null;
    let distance = NEAR;
    for (let i = this.#score.firstFrom(offset + x - WIDEST_WORDS); i < marks.length; i++) {
      const mark = /** @type {Mark} */ (marks[i]);
      const from = mark.x - offset;
      if (from > x + NEAR) break;
      const top = tops[mark.machine] ?? 0;
      const row = Math.floor((y - top) / LANE);
      const rows = [mark.row, ...mark.targets];
      if (row < Math.min(...rows) || row > Math.max(...rows)) continue;
      const inWords = row === mark.row && x >= from - NEAR && x <= from + mark.width + 12;
      const away = inWords ? 0 : Math.abs(x - from);
      if (away < distance) {
        best = mark;
        distance = away;
      }
    }
    return best;
  }
}
