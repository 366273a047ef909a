/** One column behind the glass: its products, and the motor that pushes them out. */

import { shown, text } from "./amounts.js";
import { button, el, setText, svg } from "./dom.js";
import { drawProduct } from "./product.js";

/** @typedef {import("./config.js").ColumnConfig} ColumnConfig */
/** @typedef {import("./config.js").MoneyConfig} MoneyConfig */
/** @typedef {import("./protocol.js").Column} Column */

/**
 * How the products stand behind each other: how many can be seen, how far apart, how much smaller each is than the one
 * before it; where the first stands, and the size of the picture.
 * @typedef {{behind: number, right: number, up: number, smaller: number, left: number, size: [number, number]}} View
 */

/** @type {View} */
const NARROW = { behind: 3, right: 7, up: 6, smaller: 0.09, left: 43, size: [98, 104] };
/** @type {View} */
const WIDE = { behind: 6, right: 22, up: 2.5, smaller: 0.05, left: 52, size: [250, 122] };

const RADIUS = 36;
const WINDING = 40; // height of its centre above the shelf

export class Shelf {
  #column;
  #view;
  #picture;
  /** The windings of a spiral. @type {SVGGElement[]} */
  #coil = [];
  /** @type {(HTMLElement & {angle: number}) | null} */
  #servo = null;
  #stock;
  #state;
  #isWide;
  #drawn = -1;
  #angle = 0;

  /**
   * @param {ColumnConfig} column
   * @param {MoneyConfig} money
   * @param {boolean} isWide  Is there room to see the products from the side?
   * @param {() => void} choose  Called when the price tag is worked.
   */
  constructor(column, money, isWide, choose) {
    this.#column = column;
    this.#isWide = isWide;
    this.#view = isWide ? WIDE : NARROW;
    this.#picture = svg("svg", {
      viewBox: `0 0 ${this.#view.size.join(" ")}`,
      class: "shelf-picture",
      "aria-hidden": "true",
    });
    const motor = el("div", { class: "shelf-motor" });
    const isSpiral = column.motor.kind === "spiral" || column.motor.kind === "relay";
    if (!isSpiral) {
      this.#servo = Object.assign(document.createElement("wokwi-servo"), { angle: 0, horn: "single" });
      motor.append(this.#servo);
    }
    this.#stock = el("span", { class: "shelf-stock" });
    this.#state = el("span", { class: "shelf-state" });
    const tag = button(
      { class: "tag", "data-testid": `choose-${column.code}` },
      choose,
      el("span", { class: "unseen" }, "Choose "),
      el("span", { class: "tag-code" }, column.code),
      el("span", { class: "tag-name" }, column.name),
      el("span", { class: "tag-price" }, isWide ? shown(column.price, money) : text(column.price, money)),
    );
    this.element = el(
      "li",
      { class: `shelf${isWide ? " wide" : ""}`, "data-testid": `column-${column.code}` },
      el("div", { class: "shelf-window" }, this.#picture, motor),
      tag,
      el("p", { class: "shelf-facts" }, this.#stock, this.#state),
    );
  }

  /** @param {Column} column */
  draw(column) {
    if (column.products !== this.#drawn) this.#fill(column.products);
    if (column.angle !== this.#angle) this.#turn(column.angle);
    if (this.#servo && this.#servo.angle !== column.angle) this.#servo.angle = column.angle;
    this.element.classList.toggle("turning", column.turning);
    this.element.classList.toggle("locked", column.locked);
    const differs = column.products !== column.stock ? `, really ${column.products}` : "";
    setText(this.#stock, `${column.stock}${this.#isWide ? " of " : "/"}${column.capacity}${differs}`);
    setText(this.#state, column.locked ? "out of order" : column.turning ? "turning" : "");
  }

  /** @param {number} angle */
  #turn(angle) {
    this.#angle = angle;
    for (const winding of this.#coil) winding.setAttribute("transform", `rotate(${angle})`);
  }

  /** @param {number} count */
  #fill(count) {
    this.#drawn = count;
    const view = this.#view;
    const isSpiral = this.#servo === null;
    const windings = isSpiral ? Math.min(this.#column.capacity, view.behind + 1) : 0;
    const places = Math.max(windings, Math.min(count, view.behind + 1));
    const parts = [];
    this.#coil = [];
    for (let i = places - 1; i >= 0; i--) {
      const scale = 1 - i * view.smaller;
      const [x, y] = [view.left + i * view.right, view.size[1] - 6 - i * view.up];
      const shade = 1 - (i * 0.42) / Math.max(1, view.behind);
      if (i < count) {
        const place = `translate(${x - 32 * scale} ${y - 74 * scale}) scale(${scale})`;
        parts.push(svg("g", { transform: place, opacity: shade }, drawProduct(this.#column.name)));
      }
      if (i < windings) parts.push(this.#winding(x, y - WINDING * scale, scale, shade, i));
    }
    this.#picture.replaceChildren(...parts);
  }

  /**
   * A winding of the spiral, in front of a product: its end shows how far it has turned.
   * @param {number} x
   * @param {number} y
   * @param {number} scale
   * @param {number} opacity
   * @param {number} number
   */
  #winding(x, y, scale, opacity, number) {
    const wire = `M 0 ${RADIUS} A ${RADIUS} ${RADIUS} 0 1 1 ${RADIUS * 0.82} ${RADIUS * 0.57}`;
    const turning = svg("g", { transform: `rotate(${this.#angle})` }, svg("path", { d: wire, class: "coil-wire" }));
    if (number === 0) turning.append(svg("circle", { cy: RADIUS, r: 3.4, class: "coil-end" }));
    this.#coil.push(turning);
    const place = `translate(${x} ${y}) scale(${scale * 0.86} ${scale})`;
    return svg("g", { transform: place, opacity, fill: "none", class: "coil" }, turning);
  }
}
