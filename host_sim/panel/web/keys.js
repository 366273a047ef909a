/** What the customer presses: the keypad, or the buttons of a machine without one. */

import { button, el } from "./dom.js";

/** @typedef {import("./config.js").Config} Config */
/** @typedef {(line: string) => void} Act */

const TYPING = "textarea, select, input:not([type=radio], [type=file])"; // where a key means something else
const NAMES = /** @type {Record<string, string>} */ ({ "*": "star, cancel", "#": "hash, clear" });

/**
 * @param {Config} config
 * @param {Act} act
 */
export function keypad(config, act) {
  const rows = config.keypad?.keys ?? [];
  const keys = rows.map((row) =>
    el("div", { class: "key-row" }, ...[...row].map((key) => keyButton(key, () => act(`press ${key}`)))),
  );
  return el("div", { class: "keypad", role: "group", "aria-label": "Keypad" }, ...keys);
}

/**
 * @param {string} key
 * @param {() => void} press
 */
function keyButton(key, press) {
  const kind = /\d/.test(key) ? "digit" : key === "*" ? "cancel" : "letter";
  const name = NAMES[key] ? `Key ${key}, ${NAMES[key]}` : `Key ${key}`;
  return button({ class: `key ${kind}`, "aria-label": name, "data-testid": `key-${key}`, "data-key": key }, press, key);
}

/**
 * @param {Config} config
 * @param {Act} act
 */
export function itemButtons(config, act) {
  const items = config.columns.filter((column) => column.button);
  const buttons = items.map(({ code, name }) =>
    button({ class: "item-button", "data-testid": `button-${code}` }, () => act(`button ${code}`), name),
  );
  if (config.cancel_button) {
    buttons.push(
      button({ class: "item-button cancel", "data-testid": "button-cancel" }, () => act("button cancel"), "Cancel"),
    );
  }
  return el("div", { class: "item-buttons", role: "group", "aria-label": "Buttons" }, ...buttons);
}

/**
 * What has to be done to choose a column: its button, or the keys of its code.
 * @param {Config} config
 * @param {string} code
 * @returns {string}
 */
export function choosing(config, code) {
  const column = config.columns.find((one) => one.code === code);
  return column?.button ? `button ${code}` : `press ${code}`;
}

/**
 * Lets the computer's keyboard press the keypad's keys, where nothing else takes what is typed.
 * @param {() => HTMLElement} keypad
 */
export function followKeyboard(keypad) {
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || target.closest(TYPING)) return;
    const key = event.key.toUpperCase();
    const pressed = keypad().querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (key.length > 1 || !(pressed instanceof HTMLButtonElement)) return;
    pressed.classList.add("pressed");
    setTimeout(() => pressed.classList.remove("pressed"), 120);
    pressed.click();
  });
}
