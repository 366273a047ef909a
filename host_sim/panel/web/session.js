/**
 * The machines on the page: one, or one by each way in lockstep. What is done is done to all of them, at the same moment
 * of their virtual time.
 */

import { Gone, Machine } from "./machine.js";

/** @typedef {import("./machine.js").Coordination} Coordination */
/** @typedef {import("./machine.js").Setup} Setup */
/** @typedef {import("./machine.js").Config} Config */
/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {import("./links.js").Link} Link */
/** @typedef {import("./machine.js").Begun} Begun */
/** @typedef {import("./machine.js").ProcessRow} ProcessRow */
/** @typedef {{name: string | null, config: Config, level: "stand-in" | "pins", ways: Coordination[], seed: number}} Choice
 *   `name`: of a shipped machine; null: `config` is one's own. */

/** @type {Record<string, Coordination[]>} */
export const WAYS = {
  choreography: ["choreography"],
  orchestration: ["orchestration"],
  both: ["choreography", "orchestration"],
};

const SILENT = 3600000; // ms that a step may take

export class Session {
  /** @type {Machine[]} */
  machines = [];
  /** The last frame of each machine. @type {Frame[]} */
  frames = [];
  /** @type {Choice | null} */
  choice = null;
  /** Called when new machines are there, before their first frames. @type {(config: Config, process: ProcessRow[]) => void} */
  onBegin = () => {};
  /** Called when the process table has changed. @type {(process: ProcessRow[]) => void} */
  onProcess = () => {};
  /** Called with the machine's number for each frame. @type {(frame: Frame, machine: number) => void} */
  onFrame = () => {};
  /** Called with what a machine refused, or why it failed. @type {(message: string) => void} */
  onProblem = () => {};
  #link;

  /** @param {() => Link} link  to a machine */
  constructor(link) {
    this.#link = link;
  }

  /** The virtual time of all machines, in milliseconds. */
  get now() {
    return this.frames[0]?.now_ms ?? 0;
  }

  /**
   * Starts or ends workers, until there is one for each machine. It can be called in advance: a worker takes its time.
   * @param {number} count  of machines
   */
  prepare(count) {
    while (this.machines.length > count) this.machines.pop()?.close();
    while (this.machines.length < count) this.machines.push(new Machine(this.#link()));
  }

  /**
   * New machines.
   * @param {Choice} choice
   * @returns {Promise<boolean>}
   */
  async begin(choice) {
    this.prepare(choice.ways.length);
    const before = this.choice;
    this.choice = choice;
    const isBegun = await this.#begin((machine, number) =>
      machine.power({
        config: choice.name === null ? choice.config : null,
        machine: choice.name,
        level: choice.level,
        coordination: /** @type {Coordination} */ (choice.ways[number]),
        seed: choice.seed,
      }),
    );
    if (!isBegun) this.choice = before;
    return isBegun;
  }

  /**
   * @param {(machine: Machine, number: number) => Promise<Begun>} ask
   * @returns {Promise<boolean>}
   */
  async #begin(ask) {
    let isFirst = true;
    return await this.#all(async (machine, number) => {
      const { frame, config, process } = await ask(machine, number);
      if (isFirst) {
        this.frames = [];
        this.onBegin(config, process);
      }
      isFirst = false;
      return frame;
    });
  }

  /**
   * Asks all machines, and shows their frames.
   * @param {(machine: Machine, number: number) => Promise<Frame>} ask
   * @returns {Promise<boolean>}  Did none of them refuse?
   */
  async #all(ask) {
    const answers = await Promise.allSettled(this.machines.map(ask));
    let problem = "";
    const frames = answers.map((answer) => {
      if (answer.status === "fulfilled") return answer.value;
      if (!(answer.reason instanceof Gone)) problem = messageOf(answer.reason);
      return null;
    });
    this.#take(frames);
    if (problem) this.onProblem(problem);
    return !problem;
  }

  /** @param {(Frame | null)[]} frames  one a machine */
  #take(frames) {
    for (const [number, frame] of frames.entries()) if (frame) this.frames[number] = frame;
    for (const [number, frame] of frames.entries()) if (frame) this.onFrame(frame, number);
  }

  /** @param {string} line  as in a scenario, without its time */
  act(line) {
    return this.#all((machine) => machine.act(line));
  }

  /** @param {"off" | "on" | "reset"} to */
  switch(to) {
    return this.#all((machine) => machine.switch(to));
  }

  /** @param {number} until_ms */
  advance(until_ms) {
    return this.#all((machine) => machine.advance(until_ms));
  }

  /** Runs until the next event of the first machine. */
  async step() {
    const [first, ...others] = this.machines;
    if (!first) return;
    try {
      const frame = await first.step(this.now + SILENT);
      const more = await Promise.all(others.map((machine) => machine.advance(frame.now_ms)));
      this.#take([frame, ...more]);
    } catch (error) {
      this.onProblem(messageOf(error));
    }
  }

  /**
   * @param {string} kind
   * @param {number} ms
   */
  availability(kind, ms) {
    return this.#all(async (machine) => {
      const { frame, process } = await machine.availability(kind, ms);
      if (process.length) this.onProcess(process);
      return frame;
    });
  }

  /**
   * Plays a scenario from the start of new machines.
   * @param {string} text
   */
  play(text) {
    return this.#begin((machine) => machine.scenario(text, false));
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
