/** The events as lanes: scrolls with the newest event or to an older one, and shows the event that the person points at. */

import { seconds } from "./amounts.js";
import { el } from "./dom.js";
import { Painter, words } from "./painter.js";
import { Score } from "./score.js";

/** @typedef {import("./score.js").Mark} Mark */

const AFTER = 16; // pixels behind the newest event
const AT_THE_END = 12; // pixels from there, within which the view stays with the newest event

export class Lanes {
  #painter = new Painter((measure) => new Score(measure));
  #track = el("div", { class: "lanes-track" }, this.#painter.canvas);
  #scroller = el(
    "div",
    {
      class: "lanes-scroller",
      tabindex: "0",
      role: "group",
      "aria-label":
        "Events. Arrow keys go from event to event, Home and End to the first and last, Escape to the newest",
      "data-testid": "lanes",
    },
    this.#track,
  );
  #details;
  #following = true;
  /** @type {Mark | null} */
  #pointed = null;
  /** @type {Mark | null} */
  #selected = null;
  #drawn = "";
  #turns = 0;
  /** Called when the view starts or stops to follow the newest event. @type {(on: boolean) => void} */
  onFollow = () => {};

  /**
   * @param {HTMLElement} place
   * @param {HTMLElement} details  where the event that the person points at is described
   */
  constructor(place, details) {
    this.#details = details;
    place.replaceChildren(this.#scroller);
    this.#listen();
  }

  get score() {
    return this.#painter.score;
  }

  #listen() {
    const again = () => {
      this.#painter.takeColours();
      this.#turns++;
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new ResizeObserver(again).observe(this.#scroller);
    this.#scroller.addEventListener("scroll", () => {
      const rest = this.#track.offsetWidth - this.#scroller.clientWidth - this.#scroller.scrollLeft;
      this.#setFollowing(rest < AT_THE_END);
      this.#turns++;
    });
    const { canvas } = this.#painter;
    canvas.addEventListener("pointermove", (event) => this.#point(this.#painter.at(event.offsetX, event.offsetY)));
    canvas.addEventListener("pointerleave", () => this.#point(null));
    canvas.addEventListener("click", (event) => this.#select(this.#painter.at(event.offsetX, event.offsetY)));
    this.#scroller.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {boolean} on */
  #setFollowing(on) {
    if (on === this.#following) return;
    this.#following = on;
    this.onFollow(on);
  }

  /** Goes to the newest event, and stays with it. */
  follow() {
    this.#select(null);
    this.#setFollowing(true);
    this.#turns++;
  }

  /**
   * New machines.
   * @param {string[]} titles  one a machine; "": it has no title
   * @param {string[][]} lanes
   */
  begin(titles, lanes) {
    this.#painter.titles = titles;
    this.score.clear(lanes);
    this.follow();
  }

  /** @param {number} sale  0: all */
  filter(sale) {
    this.score.filter(sale);
    this.follow();
  }

  /** To be called for each frame: draws if something changed. */
  draw() {
    this.score.flush();
    const state = () => `${this.score.version} ${this.#turns} ${this.#following}`;
    if (state() === this.#drawn) return;
    const painter = this.#painter;
    const width = this.#scroller.clientWidth;
    painter.setWidth(width);
    const whole = Math.max(width, Math.ceil(this.score.end - this.score.start + painter.left + AFTER));
    if (this.#track.offsetWidth !== whole) this.#track.style.width = `${whole}px`;
    if (this.#following) this.#scroller.scrollLeft = whole - width;
    painter.offset = this.score.start + this.#scroller.scrollLeft - painter.left;
    painter.chosen = [this.#pointed, this.#selected];
    painter.paint();
    this.#drawn = state();
  }

  /** @param {Mark | null} mark */
  #point(mark) {
    if (mark === this.#pointed) return;
    this.#pointed = mark;
    this.#painter.canvas.classList.toggle("on-event", mark !== null);
    this.#turns++;
    this.#describe();
  }

  /** @param {Mark | null} mark */
  #select(mark) {
    this.#selected = mark;
    this.#turns++;
    this.#describe();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { marks } = this.score;
    const at = this.#selected ? marks.indexOf(this.#selected) : marks.length; // -1: it was forgotten
    const places = /** @type {Record<string, number>} */ ({
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: marks.length - 1,
    });
    if (event.key === "Escape") this.follow();
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    const mark = marks[Math.max(0, Math.min(marks.length - 1, place))];
    if (!mark) return;
    this.#select(mark);
    const x = mark.x - this.#painter.offset;
    if (x < this.#painter.left || x + mark.width > this.#scroller.clientWidth - 20) {
      this.#setFollowing(false);
      this.#scroller.scrollLeft += x - this.#scroller.clientWidth / 2;
    }
  }

  #describe() {
    const mark = this.#pointed ?? this.#selected;
    this.#details.replaceChildren(
      ...(mark
        ? description(mark, this.#painter.titles[mark.machine] ?? "")
        : ["Point at an event, or go to one with the arrow keys."]),
    );
  }
}

/**
 * @param {Mark} mark
 * @param {string} title
 */
function description(mark, title) {
  const { event } = mark;
  const when =
    mark.count > 1 ? `${mark.count} times, ${seconds(mark.since_ms)} to ${seconds(event.at_ms)}` : seconds(event.at_ms);
  const facts = [
    when,
    `${event.from} → ${event.to.length ? event.to.join(", ") : "nobody"}`,
    words(event),
    event.command ? "command" : `event ${event.id}, payload 0x${event.payload.toString(16).padStart(6, "0")}`,
    title,
  ];
  return [el("strong", {}, event.name), ...facts.filter(Boolean).map((fact) => el("span", {}, fact))];
}
