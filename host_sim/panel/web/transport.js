/** The controls of time, supply and sound. */

import { clock } from "./amounts.js";
import { byId, setText } from "./dom.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./pace.js").Pace} Pace */
/** @typedef {import("./sound.js").Sound} Sound */

const ENOUGH = 0.8; // of the chosen speed

export class Transport {
  #pace;
  #run = byId("run", HTMLButtonElement);
  #power = byId("power", HTMLButtonElement);
  #clock = byId("clock", HTMLOutputElement);
  #reached = byId("reached", HTMLOutputElement);

  /**
   * @param {Session} session
   * @param {Pace} pace
   * @param {Sound} sound
   */
  constructor(session, pace, sound) {
    this.#pace = pace;
    pace.onStop = () => this.run(false);
    this.#run.addEventListener("click", () => this.run(!pace.running));
    byId("step", HTMLButtonElement).addEventListener("click", () => {
      this.run(false);
      void session.step();
    });
    byId("speeds", HTMLFieldSetElement).addEventListener("change", (event) => {
      const { value } = /** @type {HTMLInputElement} */ (event.target);
      pace.speed = value === "max" ? Infinity : Number(value);
    });
    this.#power.addEventListener("click", () => void session.switch(session.frames[0]?.power ? "off" : "on"));
    byId("reset", HTMLButtonElement).addEventListener("click", () => void session.switch("reset"));
    const soundButton = byId("sound", HTMLButtonElement);
    soundButton.addEventListener("click", () => {
      sound.toggle();
      soundButton.setAttribute("aria-pressed", String(sound.on));
    });
  }

  /** @param {boolean} on */
  run(on) {
    this.#pace.run(on);
    this.#run.setAttribute("aria-pressed", String(on));
    setText(this.#run, on ? "Pause" : "Run");
  }

  /** A board goes at its own pace, and is what it is: what cannot be chosen is hidden. */
  beLive() {
    this.#pace.isLive = true;
    for (const id of ["run", "step", "speeds", "ways", "availability", "tab-gallery", "tab-machine"]) {
      byId(id, HTMLElement).hidden = true;
    }
    byId("title", HTMLElement).textContent = "A board’s events";
  }

  /** Chooses a speed as the person does. @param {string} value */
  setSpeed(value) {
    const input = document.querySelector(`#speeds input[value="${CSS.escape(value)}"]`);
    if (input instanceof HTMLInputElement) input.click();
  }

  /** The speed, where it is not the one that was chosen. */
  #reachedText() {
    const { speed, reached, running } = this.#pace;
    const isAsChosen = reached > speed * ENOUGH && speed !== Infinity;
    if (!running || !reached || isAsChosen) return "";
    return `${reached < 10 ? reached.toFixed(1) : Math.round(reached)}×`;
  }

  /**
   * @param {number} now_ms
   * @param {boolean} hasPower
   */
  draw(now_ms, hasPower) {
    setText(this.#clock, clock(now_ms));
    setText(this.#reached, this.#reachedText());
    this.#power.setAttribute("aria-pressed", String(hasPower));
  }
}
