/** The money as a balance: what came in is equal to all that became of it. */

import { text } from "./amounts.js";
import { drawCoin } from "./coin.js";
import { el, setText } from "./dom.js";

/** @typedef {import("./config.js").MoneyConfig} MoneyConfig */
/** @typedef {import("./protocol.js").Money} MoneyFrame */
/** @typedef {import("./protocol.js").Hopper} Hopper */
/** @typedef {"sales" | "change" | "refunds" | "hold" | "credit"} Part */

/** @type {[Part, string, string][]} */
const PARTS = [
  ["sales", "sales", "paid for products that fell"],
  ["change", "change", "paid back after a sale"],
  ["refunds", "refunds", "paid back without a sale"],
  ["hold", "hold", "the price of the product that is being delivered"],
  ["credit", "credit", "the customer's, to be spent or paid back"],
];

export class Balance {
  #money;
  #in;
  #parts;
  #notes;
  #verdict;
  #element;
  #shown = "";

  /**
   * @param {HTMLElement} place
   * @param {MoneyConfig} money
   */
  constructor(place, money) {
    this.#money = money;
    this.#in = el("dd", { "data-testid": "money-in" });
    this.#parts = PARTS.map(([part, name, title]) => ({
      part,
      bar: el("span", { class: `bar bar-${part}` }),
      item: el("div", { class: `part part-${part}`, title }),
      value: el("dd", { "data-testid": `money-${part}` }),
      name: el("dt", {}, name),
    }));
    for (const { item, name, value } of this.#parts) item.append(name, value);
    this.#verdict = el("span", { class: "verdict", "data-testid": "balanced" });
    this.#notes = el("span", { class: "notes", "data-testid": "money-notes" });
    this.#element = place;
    place.replaceChildren(
      el("div", { class: "bars", "aria-hidden": "true" }, ...this.#parts.map(({ bar }) => bar)),
      el(
        "dl",
        { class: "figures" },
        el("div", { class: "part part-in", title: "all coins that were inserted" }, el("dt", {}, "in"), this.#in),
        ...this.#parts.map(({ item }) => item),
      ),
      el("p", { class: "balance-verdict" }, this.#verdict, this.#notes),
    );
  }

  /** @param {MoneyFrame | null} frame */
  draw(frame) {
    const state = JSON.stringify(frame);
    if (state === this.#shown) return;
    this.#shown = state;
    this.#element.classList.toggle("unknown", frame === null);
    if (!frame) {
      setText(this.#verdict, "no books while the power is off");
      return;
    }
    setText(this.#in, text(frame.cash_in, this.#money));
    for (const { part, bar, value, item } of this.#parts) {
      bar.style.flexGrow = String(frame[part]);
      item.classList.toggle("zero", frame[part] === 0);
      setText(value, text(frame[part], this.#money));
    }
    const sum = PARTS.reduce((total, [part]) => total + frame[part], 0);
    const agrees = frame.balanced && sum === frame.cash_in;
    setText(
      this.#verdict,
      agrees ? "= balanced" : `≠ ${text(frame.cash_in - sum, this.#money)} ${this.#money.currency} is missing`,
    );
    this.#verdict.classList.toggle("wrong", !agrees);
    const notes = [
      frame.owed ? `owed ${text(frame.owed, this.#money)}, part of the credit` : "",
      frame.kept ? `kept ${text(frame.kept, this.#money)}, part of the sales` : "",
      frame.overpaid ? `overpaid ${text(frame.overpaid, this.#money)}: the operator's loss` : "",
    ];
    setText(this.#notes, notes.filter(Boolean).join("; "));
  }
}

/** The coins in the hoppers. */
export class Hoppers {
  #rows;

  /**
   * @param {HTMLElement} place
   * @param {number[]} values  of each hopper's coins
   * @param {MoneyConfig} money
   */
  constructor(place, values, money) {
    this.#rows = values.map((value, number) => ({
      text: el("span", { "data-testid": `hopper-${number}` }),
      item: el("li", { class: "hopper" }),
      coin: drawCoin(value, money),
    }));
    for (const { item, coin, text: words } of this.#rows) item.append(coin, words);
    const none = el("li", {}, "This machine has no hopper: it pays no change.");
    place.replaceChildren(...(this.#rows.length ? this.#rows.map(({ item }) => item) : [none]));
  }

  /** @param {Hopper[]} hoppers */
  draw(hoppers) {
    for (const [number, hopper] of hoppers.entries()) {
      const row = this.#rows[number];
      if (!row) continue;
      const differs = hopper.believed === hopper.coins ? "" : `, the machine believes ${hopper.believed}`;
      setText(row.text, `${hopper.coins} coins${differs}${hopper.running ? ", paying" : ""}`);
      row.item.classList.toggle("running", hopper.running);
    }
  }
}
