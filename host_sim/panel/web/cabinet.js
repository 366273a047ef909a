/** The cabinet: what a customer sees of a machine, and does to it. */

import { shown } from "./amounts.js";
import { drawCoin } from "./coin.js";
import { displaySize } from "./config.js";
import { Display } from "./display.js";
import { button, el, setText, svg } from "./dom.js";
import { choosing, itemButtons, keypad } from "./keys.js";
import { drawProduct } from "./product.js";
import { Shelf } from "./shelf.js";

/** @typedef {import("./config.js").Config} Config */
/** @typedef {import("./protocol.js").Frame} Frame */

const MOST_WIDE = 3; // columns, each on a shelf of its own
const COINS_SHOWN = 24; // of those in the tray
const COIN_MS = 320; // how long a coin is on its way into the slot
const DRAWN_MS = 100; // of real time without a change: the display is not half drawn
const LATEST_MS = 600; // a display that changes all the time is said nevertheless
const BEEP_MS = 250; // how long a beep is to be seen

export class Cabinet {
  #config;
  #place;
  #display;
  #spoken;
  /** @type {Map<string, Shelf>} */
  #shelves = new Map();
  #led;
  #ledText;
  #mouth = el("span", { class: "slot-mouth", "aria-hidden": "true" });
  #buzzer;
  #bin;
  #takeItem;
  #tray;
  #takeMoney;
  #pocket;
  /** @type {HTMLButtonElement | null} */
  #door = null;
  #keys;
  #shown = { bin: "", tray: "", pocket: "" };
  #silent = 0;
  #heard = "";
  #since = 0;
  #said = 0;

  /**
   * @param {HTMLElement} place
   * @param {Config} config
   * @param {(line: string) => void} act
   */
  constructor(place, config, act) {
    this.#config = config;
    this.#place = place;
    this.#display = new Display(...displaySize(config));
    this.#spoken = el("p", { class: "unseen", role: "status", "aria-label": "Display", "data-testid": "display-text" });
    this.#led = el("span", { class: "led", "aria-hidden": "true" });
    this.#ledText = el("span", { "data-testid": "accepting" });
    this.#buzzer = buzzer();
    this.#bin = el("div", { class: "bin-items", "data-testid": "bin" });
    this.#takeItem = button({ class: "take", "data-testid": "take-item" }, () => act("take item"), "Take item");
    this.#tray = el("div", { class: "tray-coins", "data-testid": "tray" });
    this.#takeMoney = button({ class: "take", "data-testid": "take-money" }, () => act("take money"), "Take money");
    this.#pocket = el("p", { class: "pocket", "data-testid": "pocket" });
    this.#keys = config.keypad ? keypad(config, act) : itemButtons(config, act);
    place.replaceChildren(this.#body(act), this.#hands(act), this.#pocket, ...hint(config));
  }

  /** The element with the keys, for the computer's keyboard. */
  get keys() {
    return this.#keys;
  }

  /** How many characters of the display have changed so far. */
  get changes() {
    return this.#display.changes;
  }

  /** @param {(line: string) => void} act */
  #body(act) {
    const config = this.#config;
    const shelves = el("ul", { class: "shelves", "aria-label": "Columns", "data-columns": config.columns.length });
    shelves.classList.toggle("one-below-the-other", config.columns.length <= MOST_WIDE);
    for (const column of config.columns) {
      const shelf = new Shelf(column, config.money, config.columns.length <= MOST_WIDE, () =>
        act(choosing(config, column.code)),
      );
      this.#shelves.set(column.code, shelf);
      shelves.append(shelf.element);
    }
    const glass = el("div", { class: "glass" }, shelves);
    const screen = config.display
      ? this.#display.canvas
      : el("p", { class: "no-display" }, "no display: messages go to the serial port");
    const fascia = el(
      "div",
      { class: "fascia" },
      this.#keys,
      el("div", { class: "slot" }, this.#mouth, el("span", { class: "slot-light" }, this.#led, this.#ledText)),
      config.buzzer ? this.#buzzer : "",
      this.#lock(act),
    );
    const bin = el("div", { class: "bin" }, el("div", { class: "flap" }, this.#bin), this.#takeItem);
    const tray = el("div", { class: "tray" }, el("div", { class: "tray-bowl" }, this.#tray), this.#takeMoney);
    return el(
      "div",
      { class: "cabinet" },
      el("div", { class: "crown", "aria-hidden": "true" }, config.machine ?? "Vending machine"),
      el("div", { class: "screen" }, screen, this.#spoken),
      el("div", { class: "front" }, glass, bin),
      el("div", { class: "side" }, fascia, tray),
      el("div", { class: "plinth", "aria-hidden": "true" }),
    );
  }

  /** @param {(line: string) => void} act */
  #lock(act) {
    if (!this.#config.door) return "";
    const door = button(
      { class: "door", "data-testid": "door", "aria-pressed": "false" },
      () => act(door.getAttribute("aria-pressed") === "true" ? "door close" : "door open"),
      svg(
        "svg",
        { viewBox: "0 0 20 20", "aria-hidden": "true", class: "lock" },
        svg("circle", { cx: 10, cy: 10, r: 8 }),
        svg("path", { d: "M10 6v8" }),
      ),
      "Door",
    );
    this.#door = door;
    return door;
  }

  /**
   * The customer's purse.
   * @param {(line: string) => void} act
   */
  #hands(act) {
    const { money } = this.#config;
    const coins = [...money.coins].sort((a, b) => a - b);
    const buttons = coins.map((value) =>
      button(
        {
          class: "coin-button",
          "data-testid": `coin-${value}`,
          "aria-label": `Insert ${shown(value, money)}`,
          title: `Insert ${shown(value, money)}`,
        },
        () => {
          this.#throwIn(value);
          act(`insert ${value}`);
        },
        drawCoin(value, money),
      ),
    );
    return el(
      "div",
      { class: "purse", role: "group", "aria-label": "Coins to insert" },
      el("span", { class: "purse-name", "aria-hidden": "true" }, "Insert"),
      ...buttons,
    );
  }

  /**
   * Shows a coin on its way into the slot.
   * @param {number} value
   */
  #throwIn(value) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const coin = drawCoin(value, this.#config.money);
    this.#mouth.append(coin);
    const way = [
      { transform: "translate(-26px, 40px) scale(1.3)", opacity: 0 },
      { transform: "translate(-10px, 12px) scale(1.1)", opacity: 1 },
      { transform: "scaleX(0.2)", opacity: 1 },
    ];
    coin.animate(way, { duration: COIN_MS, easing: "ease-in" }).finished.then(
      () => coin.remove(),
      () => coin.remove(),
    );
  }

  /** @param {Frame} frame */
  draw(frame) {
    this.#display.draw(frame.display, frame.power);
    this.#speak(frame.power ? frame.display : ["The power is off"]);
    for (const column of frame.columns) this.#shelves.get(column.code)?.draw(column);
    this.#place.classList.toggle("is-off", !frame.power);
    this.#place.classList.toggle("is-accepting", frame.accepting);
    setText(this.#ledText, frame.accepting ? "coins accepted" : "coins refused");
    this.#place.classList.toggle("is-open", frame.door === "open");
    this.#door?.setAttribute("aria-pressed", String(frame.door === "open"));
    this.#drawBin(frame.bin);
    this.#drawTray(frame.tray);
    this.#drawPocket(frame);
  }

  /**
   * Says what the display shows, once it is drawn completely.
   * @param {string[]} lines
   */
  #speak(lines) {
    const text = lines
      .map((line) => line.trim())
      .filter(Boolean)
      .join(" / ");
    const now = performance.now();
    if (text !== this.#heard) {
      this.#heard = text;
      this.#since = now;
    }
    if (now - this.#since < DRAWN_MS && now - this.#said < LATEST_MS) return;
    this.#said = now;
    setText(this.#spoken, text);
  }

  /** To be called when the buzzer beeps. */
  beep() {
    this.#buzzer.classList.add("beeping");
    clearTimeout(this.#silent);
    this.#silent = setTimeout(() => this.#buzzer.classList.remove("beeping"), BEEP_MS);
  }

  /** @param {string[]} items */
  #drawBin(items) {
    const key = items.join("|");
    if (key === this.#shown.bin && this.#bin.childElementCount) return;
    this.#shown.bin = key;
    this.#bin.replaceChildren(
      ...items.map((name) =>
        svg("svg", { viewBox: "0 0 64 76", class: "fallen", role: "img", "aria-label": name }, drawProduct(name)),
      ),
      el("span", { class: "unseen" }, items.length ? `In the bin: ${items.join(", ")}` : "The bin is empty"),
    );
    this.#takeItem.classList.toggle("wanted", items.length > 0);
  }

  /** @param {number[]} coins */
  #drawTray(coins) {
    const key = coins.join("|");
    if (key === this.#shown.tray && this.#tray.childElementCount) return;
    this.#shown.tray = key;
    const { money } = this.#config;
    const sum = shown(
      coins.reduce((a, b) => a + b, 0),
      money,
    );
    this.#tray.replaceChildren(
      ...coins.slice(-COINS_SHOWN).map((value) => drawCoin(value, money)),
      el("span", { class: coins.length ? "tray-sum" : "unseen" }, coins.length ? sum : "The tray is empty"),
    );
    this.#takeMoney.classList.toggle("wanted", coins.length > 0);
  }

  /** @param {Frame} frame */
  #drawPocket(frame) {
    const { money } = this.#config;
    const items = frame.got.length ? frame.got.join(", ") : "nothing yet";
    const text = `Customer: inserted ${shown(frame.taken_in, money)}, took ${items}, got ${shown(frame.returned, money)} back`;
    setText(this.#pocket, text);
  }
}

function buzzer() {
  return el(
    "div",
    { class: "buzzer", role: "img", "aria-label": "Buzzer", "data-testid": "buzzer" },
    svg(
      "svg",
      { viewBox: "0 0 40 40", "aria-hidden": "true" },
      svg("circle", { cx: 20, cy: 20, r: 11, class: "buzzer-body" }),
      svg("circle", { cx: 20, cy: 20, r: 2.4, class: "buzzer-hole" }),
      svg("path", { d: "M33 12 a11 11 0 0 1 0 16 M37 8 a17 17 0 0 1 0 24", class: "buzzer-wave" }),
    ),
  );
}

/** @param {Config} config */
function hint(config) {
  return config.keypad
    ? [el("p", { class: "hint" }, "The digits, letters, * and # of your keyboard press the keypad.")]
    : [];
}
