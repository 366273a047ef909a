/**
 * One machine, as the page sees it: requests to its worker, and their answers.
 *
 * @typedef {import("./protocol.js").Frame} Frame
 * @typedef {import("./config.js").Config} Config
 * @typedef {"choreography" | "orchestration"} Coordination
 * @typedef {{config: Config | null, machine: string | null, level: "stand-in" | "pins", coordination: Coordination,
 *   seed: number}} Setup
 * @typedef {{problems: string[], consequences: string[]}} Checked
 * @typedef {{monitor: string[], manager: string[]}} Status
 */

/** What a machine refuses to do; the message says why. */
export class Refused extends Error {}

/** Where requests go and answers come from: a worker or a WebSocket. */
/** @typedef {{send(request: object): void, close(): void, receive: (answer: any) => void}} Link */

/**
 * @param {string} url  of the worker's module
 * @returns {Link}
 */
export function workerLink(url) {
  const worker = new Worker(url, { type: "module" });
  /** @type {Link} */
  const link = {
    send: (request) => worker.postMessage(request),
    close: () => worker.terminate(),
    receive: () => {},
  };
  worker.addEventListener("message", (message) => link.receive(message.data));
  worker.addEventListener("error", (error) => link.receive({ error: error.message || "the worker cannot be loaded" }));
  return link;
}

export class Machine {
  #link;
  #last = 0;
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */
  #waiting = new Map();

  /** @param {Link} link */
  constructor(link) {
    this.#link = link;
    link.receive = (answer) => this.#receive(answer);
  }

  /** @param {any} answer */
  #receive(answer) {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting && answer.error) {
      for (const { reject } of this.#waiting.values()) reject(new Refused(answer.error));
      this.#waiting.clear();
      return;
    }
    this.#waiting.delete(answer.id);
    if (answer.error) waiting?.reject(new Refused(answer.error));
    else waiting?.resolve(answer);
  }

  /**
   * @param {object} request  without its id
   * @returns {Promise<any>}  the answer. Rejected with Refused.
   */
  #ask(request) {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      this.#link.send({ id, ...request });
    });
  }

  /** @param {object} request */
  async #frame(request) {
    const answer = await this.#ask(request);
    return /** @type {Frame} */ (answer.frame ?? answer);
  }

  /** @param {Setup} setup */
  power(setup) {
    return this.#frame({ do: "power", ...setup });
  }

  /** @param {number} until_ms */
  advance(until_ms) {
    return this.#frame({ do: "advance", until_ms });
  }

  /** @param {number} limit_ms */
  step(limit_ms) {
    return this.#frame({ do: "step", limit_ms });
  }

  /** @param {string} line */
  act(line) {
    return this.#frame({ do: "act", line });
  }

  /** @param {"off" | "on" | "reset"} to */
  switch(to) {
    return this.#frame({ do: "switch", to });
  }

  /**
   * @param {string} kind
   * @param {number} ms
   */
  availability(kind, ms) {
    return this.#frame({ do: "availability", kind, ms });
  }

  /**
   * @param {string} text
   * @returns {Promise<Checked>}
   */
  check(text) {
    return this.#ask({ do: "check", text });
  }

  /** @returns {Promise<Status>} */
  status() {
    return this.#ask({ do: "status" });
  }

  /** @returns {Promise<string>} */
  async recording() {
    return (await this.#ask({ do: "recording" })).text;
  }

  /** @returns {Promise<string>} */
  async vcd() {
    return (await this.#ask({ do: "vcd" })).text;
  }

  /**
   * @param {string} text
   * @param {boolean} until_end
   * @returns {Promise<any>}
   */
  scenario(text, until_end) {
    return this.#ask({ do: "scenario", text, until_end });
  }

  close() {
    this.#link.close();
  }
}
