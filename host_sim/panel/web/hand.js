/**
 * The customer's hand: one key after the other. Who clicks or types faster than a key goes down and up again, at this
 * pace of the virtual time, would otherwise press two keys at once.
 */

/** @typedef {import("./session.js").Session} Session */

const PRESS_MS = 220; // of virtual time: a key is down for 120 ms, and open again for as long as the keypad looks at it
const KEY_TO_KEY_MS = 400; // between the keys of one act

export class Hand {
  #session;
  /** @type {string[]} */
  #waiting = [];
  #free_ms = 0;

  /** Called when the acceptor did not take a coin. */
  onRefused = () => {};

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
  }

  /** To be called when there are new machines. */
  clear() {
    this.#waiting = [];
    this.#free_ms = 0;
  }

  /**
   * Does it at once, unless it is a key and another one is not released yet.
   * @param {string} line  an act
   */
  act(line) {
    if (line.startsWith("insert ")) {
      void this.#insert(line);
      return;
    }
    if (!line.startsWith("press ")) {
      void this.#session.act(line);
      return;
    }
    this.#waiting.push(line);
    this.turn();
  }

  /** @param {string} line */
  async #insert(line) {
    const before = this.#session.frames[0]?.taken_in;
    const isDone = await this.#session.act(line);
    if (isDone && this.#session.frames[0]?.taken_in === before) this.onRefused();
  }

  /** Presses the next key, if it is its time. */
  turn() {
    const line = this.#session.now >= this.#free_ms ? this.#waiting.shift() : undefined;
    if (line !== undefined) void this.#press(line);
  }

  /** @param {string} line */
  async #press(line) {
    this.#free_ms = Infinity; // until it is known when the key was pressed: time goes on before the answer
    await this.#session.act(line);
    this.#free_ms = this.#session.now + PRESS_MS + (line.length - "press 1".length) * KEY_TO_KEY_MS;
  }
}
