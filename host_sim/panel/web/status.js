/** "Where is my Coke?": the answers of the Monitor and of the conductor, beside each other. */

import { seconds } from "./amounts.js";
import { el } from "./dom.js";

/** @typedef {import("./session.js").Session} Session */

export class StatusView {
  #session;
  #place;

  /**
   * @param {Session} session
   * @param {HTMLElement} place
   */
  constructor(session, place) {
    this.#session = session;
    this.#place = place;
  }

  /** Asks the machines. */
  async ask() {
    const ways = this.#session.choice?.ways ?? [];
    const answers = await Promise.all(this.#session.machines.map((machine) => machine.status().catch(() => null)));
    /** @type {HTMLElement[]} */
    const cards = [el("p", { class: "asked" }, `asked at ${seconds(this.#session.now)}`)];
    for (const [number, answer] of answers.entries()) {
      const way = ways.length > 1 ? ` (${ways[number]})` : "";
      cards.push(card(`The Monitor${way}`, answer?.monitor ?? ["no answer: the power is off"], `monitor-${number}`));
      cards.push(card(`The conductor${way}`, answer?.manager ?? [], `manager-${number}`));
    }
    this.#place.replaceChildren(...cards);
  }
}

/**
 * @param {string} title
 * @param {string[]} lines
 * @param {string} id
 */
function card(title, lines, id) {
  return el(
    "section",
    { class: "answer", "data-testid": id },
    el("h3", {}, title),
    ...lines.map((line) => el("p", {}, line)),
  );
}
