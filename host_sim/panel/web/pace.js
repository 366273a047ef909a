/** How fast the virtual time goes, compared with the real time. */

/** @typedef {import("./session.js").Session} Session */

const LONGEST_MS = 100; // of real time that one turn makes up for: a page in the background stands still
const BUSY_MS = 12; // of real time that a turn may compute, so that keys are answered soon
const LARGEST_MS = 60000; // of virtual time in one turn
const LIVE_MS = 40; // of real time from one question to the next, where the machine runs by itself
const MEASURED_MS = 1000; // of real time

export class Pace {
  #session;
  #running = false;
  /** Virtual milliseconds that were computed in one real millisecond. */
  #rate = 100;
  #target = 0;
  /** Since when the reached speed is measured: real and virtual milliseconds. @type {[number, number]} */
  #since = [0, 0];
  /** The speed of the last second; 0: it is not known yet. */
  reached = 0;
  /** Does the machine run by itself, in real time? Then it is asked what has happened, again and again. */
  isLive = false;
  /** Infinity: as fast as possible. */
  speed = 1;
  /** Called after each turn with the real milliseconds since the last one. @type {(ms: number) => void} */
  onTurn = () => {};

  /** Called when a machine cannot go on. */
  onStop = () => {};

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
    void this.#loop();
  }

  get running() {
    return this.#running;
  }

  /** @param {boolean} on */
  run(on) {
    this.#running = on;
    this.#target = this.#session.now;
    this.#measureFrom(performance.now());
    this.reached = 0;
  }

  /** @param {number} real_ms */
  #measureFrom(real_ms) {
    this.#since = [real_ms, this.#session.now];
  }

  async #loop() {
    let last = performance.now();
    for (;;) {
      const now = await new Promise(requestAnimationFrame);
      const passed = Math.min(LONGEST_MS, Math.max(0, now - last));
      last = now;
      if (this.#running && this.#session.frames.length === this.#session.machines.length) await this.#turn(passed);
      const [real_ms, virtual_ms] = this.#since;
      if (this.#running && now - real_ms >= MEASURED_MS) {
        this.reached = Math.max(0, (this.#session.now - virtual_ms) / (now - real_ms));
        this.#measureFrom(now);
      }
      this.onTurn(passed);
    }
  }

  /** @param {number} passed  real milliseconds */
  async #turn(passed) {
    const session = this.#session;
    if (this.isLive) {
      if (!(await session.advance(session.now + 1))) this.onStop();
      await new Promise((resolve) => setTimeout(resolve, LIVE_MS));
      return;
    }
    const affordable = Math.min(LARGEST_MS, Math.max(1, this.#rate * BUSY_MS));
    const wanted = this.speed === Infinity ? affordable : Math.min(passed * this.speed, affordable);
    this.#target = Math.max(session.now, this.#target + wanted);
    if (this.#target - session.now > affordable) this.#target = session.now + affordable;
    const until = Math.floor(this.#target);
    if (until <= session.now) return;
    const virtual = until - session.now;
    const start = performance.now();
    if (!(await session.advance(until))) this.onStop();
    const took = Math.max(0.2, performance.now() - start);
    this.#rate += (virtual / took - this.#rate) * 0.1;
  }
}
