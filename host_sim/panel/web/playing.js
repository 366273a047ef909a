/** The scenario that plays: how far it is, and in the end whether all was as it expects. */

import { setText } from "./dom.js";

/** @typedef {import("./protocol.js").Frame} Frame */

export class Playing {
  #place;
  #isOver = false;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  clear() {
    this.#place.hidden = true;
    this.#isOver = false;
  }

  /**
   * @param {Frame} frame
   * @returns {boolean}  Is it over now?
   */
  take({ scenario, now_ms }) {
    if (!scenario) return false;
    const { failures } = scenario;
    this.#place.hidden = false;
    const failed = failures.length > 0;
    this.#place.classList.toggle("failed", failed);
    this.#place.classList.toggle("passed", scenario.over && !failed);
    const words = failed ? failures.join("; ") : "ended, as expected";
    const end = (scenario.end_ms / 1000).toFixed(1);
    const state = scenario.over || failed ? words : `${Math.floor(now_ms / 1000)} s of ${end} s`;
    setText(this.#place, `${scenario.title}: ${state}`);
    const ends = scenario.over && !this.#isOver;
    this.#isOver = scenario.over;
    return ends;
  }
}
