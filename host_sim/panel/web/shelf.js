/** One column behind the glass: its products, and the motor that pushes them out. */

import { shown } from "./amounts.js";
import { button, el, setText, svg } from "./dom.js";
import { drawProduct } from "./product.js";

/** @typedef {import("./config.js").ColumnConfig} ColumnConfig */
/** @typedef {import("./config.js").MoneyConfig} MoneyConfig */
/** @typedef {import("./protocol.js").Column} Column */

const BEHIND = 3; // products that can be seen behind the first
const CENTRE = [60, 72];
const RADIUS = 34;

export class Shelf {
  #column;
  #products;
  /** @type {SVGGElement | null} */
  #coil = null;
  /** @type {(HTMLElement & {angle: number}) | null} */
  #servo = null;
  #stock;
  #state;
  #drawn = -1;

  /**
   * @param {ColumnConfig} column
   * @param {MoneyConfig} money
   * @param {() => void} choose  Called when the price tag is worked.
   */
  constructor(column, money, choose) {
    this.#column = column;
    this.#products = svg("g");
    const picture = svg(
      "svg",
      { viewBox: "0 0 120 116", class: "shelf-picture", "aria-hidden": "true" },
      this.#products,
    );
    const motor = el("div", { class: "shelf-motor" });
    if (column.motor.kind === "spiral" || column.motor.kind === "relay") {
      this.#coil = coil();
      picture.append(this.#coil);
    } else {
      this.#servo = Object.assign(document.createElement("wokwi-servo"), { angle: 0, horn: "single" });
      motor.append(this.#servo);
    }
    this.#stock = el("span", { class: "shelf-stock" });
    this.#state = el("span", { class: "shelf-state" });
    const price = shown(column.price, money);
    const tag = button(
      {
        class: "tag",
        "data-testid": `choose-${column.code}`,
        "aria-label": `Choose ${column.code}, ${column.name}, ${price}`,
      },
      choose,
      el("span", { class: "tag-code" }, column.code),
      el("span", { class: "tag-name" }, column.name),
      el("span", { class: "tag-price" }, price),
    );
    this.element = el(
      "li",
      { class: `shelf ${this.#servo ? "has-servo" : "has-coil"}`, "data-testid": `column-${column.code}` },
      el("div", { class: "shelf-window" }, picture, motor),
      tag,
      el("p", { class: "shelf-facts" }, this.#stock, this.#state),
    );
  }

  /** @param {Column} column */
  draw(column) {
    if (column.products !== this.#drawn) this.#fill(column.products);
    this.#coil?.setAttribute("transform", `rotate(${column.angle} ${CENTRE.join(" ")})`);
    if (this.#servo && this.#servo.angle !== column.angle) this.#servo.angle = column.angle;
    this.element.classList.toggle("turning", column.turning);
    this.element.classList.toggle("locked", column.locked);
    const differs = column.products !== column.stock ? `, really ${column.products}` : "";
    setText(this.#stock, `${column.stock} of ${column.capacity}${differs}`);
    setText(this.#state, column.locked ? "out of order" : column.turning ? "turning" : "");
  }

  /** @param {number} count */
  #fill(count) {
    this.#drawn = count;
    const behind = Math.min(BEHIND, Math.max(0, count - 1));
    const all = [];
    for (let i = behind; i >= 0 && count > 0; i--) {
      const scale = 1 - i * 0.1;
      const place = `translate(${60 + i * 7 - 32 * scale} ${104 - i * 9 - 74 * scale}) scale(${scale})`;
      all.push(svg("g", { transform: place, opacity: 1 - i * 0.22 }, drawProduct(this.#column.name)));
    }
    this.#products.replaceChildren(...all);
  }
}

/** The front winding of a spiral: its end shows how far it has turned. */
function coil() {
  const [x, y] = /** @type {[number, number]} */ (CENTRE);
  const winding = `M ${x} ${y + RADIUS} A ${RADIUS} ${RADIUS} 0 1 1 ${x + RADIUS * 0.82} ${y + RADIUS * 0.57}`;
  return svg(
    "g",
    { class: "coil", fill: "none" },
    svg("path", { d: winding, class: "coil-shade" }),
    svg("path", { d: winding, class: "coil-wire" }),
    svg("circle", { cx: x, cy: y + RADIUS, r: 3.4, class: "coil-end" }),
  );
}
