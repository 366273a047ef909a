/**
 * Where the events of the machines stand, as in a score: one line a lane, the time from left to right. What happens at the
 * same moment on several machines stands at the same place. Distances follow from the words, not from the time: a sale is
 * read like a sentence, and where nothing happened there is a gap with its length.
 *
 * @typedef {import("./protocol.js").Event} Event
 * @typedef {{event: Event, machine: number, x: number, row: number, targets: number[], width: number, count: number,
 *   since_ms: number}} Mark  `count`: so many of the same, the first at `since_ms`. `width`: of its words, in pixels.
 * @typedef {{x: number, ms: number}} Gap  Nothing happened for so long.
 */

const STEM = 20; // pixels between two events
const WORDS = 12; // between the words of one and the stem of the next
const AFTER_STEM = 9; // from a stem to its words
const GAP_MS = 700;
const GAP = 56;
const REPEAT_MS = 500; // the same again within this time is counted
const REPEATED = /^(CoinPulsed|CoinPaid|count|pay_coin)$/; // one after the other, for the coins of a train
const LOOK_BACK = 3; // among so many marks
const MOST = 3000;
const DROPPED = 600;

export class Score {
  /** The names of each machine's lanes. @type {string[][]} */
  lanes = [];
  /** Sorted by their `x`. @type {Mark[]} */
  marks = [];
  /** @type {Gap[]} */
  gaps = [];
  /** Only events of this sale; 0: all. */
  sale = 0;
  /** All sales that were seen. @type {Set<number>} */
  sales = new Set();
  /** Counts up when something changed. */
  version = 0;
  /** @type {{event: Event, machine: number}[]} */
  #all = [];
  /** @type {{event: Event, machine: number}[]} */
  #new = [];
  /** @type {Mark[][]} */
  #last = [];
  /** @type {number[][]} */
  #ends = [];
  #pen = 0;
  #end = 0;
  #at_ms = -1;
  #measure;

  /** @param {(event: Event) => number} measure  the width of an event's words in pixels */
  constructor(measure) {
    this.#measure = measure;
  }

  /** The right end of all words, in pixels. */
  get end() {
    return this.#end;
  }

  /** The left end: what stood before was forgotten. */
  get start() {
    return this.marks[0] ? this.marks[0].x - STEM : 0;
  }

  /** @param {string[][]} lanes */
  clear(lanes) {
    this.lanes = lanes;
    this.#all = [];
    this.#new = [];
    this.sales.clear();
    this.sale = 0;
    this.#begin();
  }

  #begin() {
    this.marks = [];
    this.gaps = [];
    this.#last = this.lanes.map(() => []);
    this.#ends = this.lanes.map((names) => names.map(() => 0));
    this.#pen = this.#end = STEM;
    this.#at_ms = -1;
    this.version++;
  }

  /**
   * The lanes of a machine have changed: the availability check was put in, for example.
   * @param {number} machine
   * @param {string[]} names
   */
  change(machine, names) {
    this.lanes[machine] = names;
    this.filter(this.sale);
  }

  /** @param {number} sale  0: all */
  filter(sale) {
    this.sale = sale;
    this.#begin();
    this.#place(this.#all.filter((one) => this.#isWanted(one.event)));
  }

  /** @param {Event} event */
  #isWanted(event) {
    return this.sale === 0 || event.sale === this.sale;
  }

  /**
   * @param {number} machine
   * @param {Event[]} events
   */
  add(machine, events) {
    for (const event of events) {
      if (event.sale) this.sales.add(event.sale);
      this.#new.push({ event, machine });
    }
  }

  /** Places what was added, once all machines have reached the same moment. */
  flush() {
    if (!this.#new.length) return;
    const added = this.#new.sort((a, b) => a.event.at_ms - b.event.at_ms || a.machine - b.machine);
    this.#new = [];
    this.#all.push(...added);
    if (this.#all.length > 2 * MOST) this.#all.splice(0, MOST);
    this.#place(added.filter((one) => this.#isWanted(one.event)));
    if (this.marks.length > MOST) {
      this.marks.splice(0, DROPPED);
      const first = this.start;
      this.gaps = this.gaps.filter((gap) => gap.x >= first);
    }
    this.version++;
  }

  /** @param {{event: Event, machine: number}[]} added */
  #place(added) {
    let i = 0;
    while (i < added.length) {
      const at_ms = /** @type {{event: Event}} */ (added[i]).event.at_ms;
      let end = i;
      while (added[end]?.event.at_ms === at_ms) end++;
      const together = added.slice(i, end).filter(({ event, machine }) => !this.#repeats(event, machine));
      if (together.length) this.#placeTogether(together, at_ms);
      this.#at_ms = at_ms;
      i = end;
    }
  }

  /**
   * @param {{event: Event, machine: number}[]} together  what happened at one moment, with none that is only counted
   * @param {number} at_ms
   */
  #placeTogether(together, at_ms) {
    let start = this.#startOf(at_ms);
    for (let machine = 0; machine < this.lanes.length; machine++) {
      const first = together.find((one) => one.machine === machine);
      if (first) start = Math.max(start, this.#free(first.event, machine, start));
    }
    const pens = this.lanes.map(() => start);
    const marks = together.map(({ event, machine }) => {
      const mark = this.#put(event, machine, pens[machine] ?? start);
      pens[machine] = mark.x + STEM;
      return mark;
    });
    this.marks.push(...marks.sort((a, b) => a.x - b.x));
    this.#pen = Math.max(this.#pen, ...pens);
  }

  /** @param {number} at_ms */
  #startOf(at_ms) {
    const silent_ms = at_ms - this.#at_ms;
    if (this.#at_ms >= 0 && silent_ms > GAP_MS) {
      this.gaps.push({ x: this.#pen + GAP / 2, ms: silent_ms });
      return this.#pen + GAP;
    }
    return this.#pen;
  }

  /**
   * Counts the event if it is the same as one just before it: the pulses of a coin, for example.
   * @param {Event} event
   * @param {number} machine
   */
  #repeats(event, machine) {
    const last = this.#last[machine] ?? [];
    for (const mark of last) {
      const same = mark.event.name === event.name && mark.event.from === event.from && mark.event.sale === event.sale;
      if (same && REPEATED.test(event.name) && event.at_ms - mark.event.at_ms < REPEAT_MS) {
        mark.event = event;
        mark.count++;
        return true;
      }
    }
    return false;
  }

  /**
   * The lanes that an event connects.
   * @param {Event} event
   * @param {number} machine
   */
  #rows({ from, to }, machine) {
    const names = this.lanes[machine] ?? [];
    const targets = to.map((name) => names.indexOf(name)).filter((target) => target >= 0);
    return { row: Math.max(0, names.indexOf(from)), targets };
  }

  /**
   * The first place from `x` on at which nobody's words are in the way of the event.
   * @param {Event} event
   * @param {number} machine
   * @param {number} x
   */
  #free(event, machine, x) {
    const { row, targets } = this.#rows(event, machine);
    const ends = (this.#ends[machine] ?? []).slice(Math.min(row, ...targets), Math.max(row, ...targets) + 1);
    return Math.max(x, ...ends);
  }

  /**
   * @param {Event} event
   * @param {number} machine
   * @param {number} pen
   * @returns {Mark}
   */
  #put(event, machine, pen) {
    const x = this.#free(event, machine, pen);
    const { row, targets } = this.#rows(event, machine);
    const width = this.#measure(event);
    const ends = this.#ends[machine] ?? [];
    ends[row] = x + AFTER_STEM + width + WORDS;
    this.#end = Math.max(this.#end, ends[row]);
    const mark = { event, machine, x, row, targets, width, count: 1, since_ms: event.at_ms };
    this.#last[machine] = [mark, ...(this.#last[machine] ?? [])].slice(0, LOOK_BACK);
    return mark;
  }

  /**
   * The index of the first mark that may be visible from `x` on.
   * @param {number} x
   */
  firstFrom(x) {
    let low = 0;
    let high = this.marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (/** @type {Mark} */ (this.marks[middle]).x < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Can several of this event be shown as one?
 * @param {Event} event
 */
export function isRepeated(event) {
  return REPEATED.test(event.name);
}
