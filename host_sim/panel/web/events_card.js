/** The card with the events: as lanes or as a table, of all sales or of one. */

import { byId, el } from "./dom.js";
import { EventsList } from "./events_list.js";
import { Lanes } from "./lanes.js";

/** @typedef {import("./protocol.js").Frame} Frame */

const MOST_SALES = 100; // that can be chosen

export class EventsCard {
  lanes = new Lanes(byId("lanes", HTMLElement), byId("details", HTMLElement));
  #list = new EventsList(byId("events-list", HTMLElement), this.lanes.score);
  #sale = byId("sale", HTMLSelectElement);
  #sales = 0;
  #isList = false;

  constructor() {
    const follow = byId("follow", HTMLButtonElement);
    follow.addEventListener("click", () => this.lanes.follow());
    this.lanes.onFollow = (on) => {
      follow.hidden = on;
    };
    this.#sale.addEventListener("change", () => this.lanes.filter(Number(this.#sale.value)));
    const asList = byId("as-list", HTMLButtonElement);
    asList.addEventListener("click", () => {
      this.#isList = !this.#isList;
      asList.setAttribute("aria-pressed", String(this.#isList));
      byId("events-list", HTMLElement).hidden = !this.#isList;
      byId("lanes", HTMLElement).hidden = this.#isList;
    });
  }

  /** To be called when there are new machines. */
  clear() {
    this.lanes.begin([], []);
    this.#showSales();
  }

  /**
   * @param {Frame} frame
   * @param {number} machine
   * @param {string[]} ways  of the machines
   * @param {Frame[]} frames  the last one of each machine
   */
  take(frame, machine, ways, frames) {
    const { score } = this.lanes;
    const lanes = score.lanes[machine];
    if (!lanes) {
      const titles = ways.map((way) => (ways.length > 1 ? way : ""));
      this.lanes.begin(
        titles,
        ways.map((_, number) => (frames[number] ?? frame).lanes),
      );
    } else if (lanes.join() !== frame.lanes.join()) {
      score.change(machine, frame.lanes);
    }
    score.add(machine, frame.events);
  }

  draw() {
    this.lanes.draw();
    if (this.#isList) this.#list.draw();
    if (this.#sales !== this.lanes.score.sales.size) this.#showSales();
  }

  #showSales() {
    this.#sales = this.lanes.score.sales.size;
    const sales = [...this.lanes.score.sales].slice(-MOST_SALES);
    const chosen = this.#sale.value;
    const options = sales.map((sale) => el("option", { value: sale }, String(sale)));
    this.#sale.replaceChildren(el("option", { value: 0 }, "all"), ...options);
    this.#sale.value = sales.includes(Number(chosen)) ? chosen : "0";
  }
}
