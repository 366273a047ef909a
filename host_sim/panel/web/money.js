/** The money as a balance: what came in is equal to all that became of it. */

import { text } from "./amounts.js";
import { drawCoin } from "./coin.js";
import { el, setText } from "./dom.js";

/** @typedef {import("./config.js").MoneyConfig} MoneyConfig */
/** @typedef {import("./protocol.js").Frame} Frame */
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

  /** @param {Frame} frame */
  draw({ money, power, taken_in, returned, tray }) {
    const out = returned + tray.reduce((sum, value) => sum + value, 0);
    const state = JSON.stringify([money, power, taken_in, out]);
    if (state === this.#shown) return;
    this.#shown = state;
    this.#element.classList.toggle("unknown", money === null);
    if (!money) {
      setText(this.#verdict, power ? "no books: the machine has not started" : "no books while the power is off");
      setText(this.#notes, "");
      return;
    }
    setText(this.#in, text(money.cash_in, this.#money));
    for (const { part, bar, value, item } of this.#parts) {
      bar.style.flexGrow = String(money[part]);
      item.classList.toggle("zero", money[part] === 0);
      setText(value, text(money[part], this.#money));
    }
    const missing = PARTS.reduce((rest, [part]) => rest - money[part], money.cash_in);
    setText(
      this.#verdict,
      missing ? `≠ ${text(missing, this.#money)} ${this.#money.currency} is missing` : "= balanced",
    );
    this.#verdict.classList.toggle("wrong", missing !== 0);
    const notes = [
      this.#note("owed", money.owed, "part of the credit"),
      this.#note("kept", money.kept, "part of the sales"),
      this.#note("overpaid", money.overpaid, "the operator's loss"),
      this.#note("inserted", taken_in - money.cash_in, "not counted yet"),
      this.#note("paid out", out - money.change - money.refunds - money.overpaid, "not counted yet"),
    ];
    setText(this.#notes, notes.filter(Boolean).join("; "));
  }

  /**
   * @param {string} what
   * @param {number} amount  0: there is nothing to say
   * @param {string} meaning
   */
  #note(what, amount, meaning) {
    return amount ? `${what} ${text(amount, this.#money)}: ${meaning}` : "";
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
