/**
 * One machine, as the page sees it: requests to its worker, and their answers.
 *
 * @typedef {import("./protocol.js").Frame} Frame
 * @typedef {import("./config.js").Config} Config
 * @typedef {"choreography" | "orchestration"} Coordination
 * @typedef {{config: Config | null, machine: string | null, level: "stand-in" | "pins", coordination: Coordination,
 *   seed: number}} Setup
 * @typedef {import("./protocol.js").Answer} Answer
 * @typedef {import("./protocol.js").ProcessRow} ProcessRow
 * @typedef {{problems: string[], consequences: string[]}} Checked
 * @typedef {{monitor: string[], manager: string[]}} Status
 * @typedef {{frame: Frame, config: Config, process: ProcessRow[]}} Begun
 * @typedef {{name: string, text: string}} TextFile
 * @typedef {import("./links.js").Link} Link
 */

const NO_FRAME = "the machine has not answered with a frame";

/** What a machine refuses to do; the message says why. */
export class Refused extends Error {}

/** The machine was taken away before it answered. */
export class Gone extends Error {}

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

  /** @param {Answer} answer  of the link itself, where it has no `id` */
  #receive(answer) {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting && answer.error) {
      for (const { reject } of this.#waiting.values()) reject(new Refused(answer.error));
      this.#waiting.clear();
      return;
    }
    this.#waiting.delete(answer.id);
    if (answer.error) waiting?.reject(new Refused([answer.error, ...(answer.problems ?? [])].join("\n")));
    else waiting?.resolve(answer);
  }

  /**
   * @param {object} request  without its id
   * @returns {Promise<Answer>}  Rejected with Refused.
   */
  #ask(request) {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      this.#link.send({ id, ...request });
    });
  }

  /**
   * @param {object} request
   * @returns {Promise<Frame>}
   */
  async #frame(request) {
    const { frame } = await this.#ask(request);
    if (!frame) throw new Refused(NO_FRAME);
    return frame;
  }

  /**
   * @param {object} request
   * @returns {Promise<Begun>}
   */
  async #begin(request) {
    const { frame, config, process } = await this.#ask(request);
    if (!frame || !config) throw new Refused(NO_FRAME);
    return { frame, config: /** @type {Config} */ (config), process: process ?? [] };
  }

  /** @param {Setup} setup */
  power(setup) {
    return this.#begin({ do: "power", ...setup });
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
   * @returns {Promise<{frame: Frame, process: ProcessRow[]}>}  `process`: the table, where it has changed
   */
  async availability(kind, ms) {
    const { frame, process } = await this.#ask({ do: "availability", kind, ms });
    if (!frame) throw new Refused(NO_FRAME);
    return { frame, process: process ?? [] };
  }

  /**
   * @param {string} text
   * @returns {Promise<Checked>}
   */
  async check(text) {
    const { problems, consequences } = await this.#ask({ do: "check", text });
    return { problems: problems ?? [], consequences: consequences ?? [] };
  }

  /** @returns {Promise<Status>} */
  async status() {
    const { monitor, manager } = await this.#ask({ do: "status" });
    return { monitor: monitor ?? [], manager: manager ?? [] };
  }

  /**
   * @param {"recording" | "vcd"} what
   * @returns {Promise<TextFile>}
   */
  async file(what) {
    const { name, text } = await this.#ask({ do: what });
    return { name: name ?? what, text: text ?? "" };
  }

  /**
   * @param {string} text
   * @param {boolean} until_end
   */
  scenario(text, until_end) {
    return this.#begin({ do: "scenario", text, until_end });
  }

  close() {
    this.#link.close();
    for (const { reject } of this.#waiting.values()) reject(new Gone());
    this.#waiting.clear();
  }
}
