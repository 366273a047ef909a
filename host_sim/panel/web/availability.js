/** The availability check, which can be put in and taken out while the machine sells. */

import { byId } from "./dom.js";

const DELAY_MS = 300000; // of a delayed answer

/** The kinds of checks in machine.json, and on the page. @type {Record<string, string>} */
const CHECKS = { off: "off", stock: "instant", slow: "delayed", silent: "silent" };

export class Availability {
  #choice = byId("availability", HTMLFieldSetElement);

  /** @param {(kind: string, ms: number) => void} choose  Called with the kind, as in requests, and the delay. */
  constructor(choose) {
    this.#choice.addEventListener("change", (event) => {
      const { value } = /** @type {HTMLInputElement} */ (event.target);
      choose(value, value === "delayed" ? DELAY_MS : 0);
    });
  }

  /** @param {string} kind  as in machine.json */
  show(kind) {
    const radio = this.#choice.querySelector(`input[value="${CHECKS[kind] ?? "off"}"]`);
    if (radio instanceof HTMLInputElement) radio.checked = true;
  }
}
