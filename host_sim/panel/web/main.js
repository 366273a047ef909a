/**
 * The page: wires the machines to what shows them.
 *
 * For tests, data-testid:
 *   time       run, step, speed-1, speed-10, speed-100, speed-max, clock, reached
 *   way        way-choreography, way-orchestration, way-both; scenario-verdict (while and after a scenario plays)
 *   supply     power (aria-pressed), reset, sound
 *   cabinet    cabinet, display (data-text: the lines), display-text (role status), key-1 ... key-#, button-CODE,
 *              button-cancel, coin-VALUE, column-CODE, choose-CODE, accepting, bin, take-item, tray, take-money, door,
 *              buzzer, pocket
 *   both ways  twin, twin-display (data-text), twin-verdict
 *   lanes      lanes (focusable: arrow keys), lanes-canvas, event-details, sale-filter, as-list, events (rows of the table),
 *              follow
 *   money      balance, money-in, money-sales, money-change, money-refunds, money-hold, money-credit, balanced, money-notes
 *   tabs       role tab, by name: "Where is my Coke?", "Coins and journal", "Faults", "Scenarios", "Machine"
 *   status     ask, availability-off, -instant, -delayed, -silent, answers, monitor-0, manager-0, monitor-1, manager-1,
 *              process, state-idle, -checking, -reserving, -waiting, -delivering, -settling, -releasing (class lit)
 *   journal    hopper-0 ..., records, console
 *   faults     fault-ACT with - for spaces (aria-pressed), lie-device, lie, lie-given, lie-tell, heal-all, act-line
 *   scenarios  scenario-NAME, scenario-search
 *   machine    machine, level, seed, new-machine, own-file, checked, keep-scenario, keep-vcd, scenario-file
 *   message    message (role alert): why an act was refused
 *
 * The address may choose: ?machine=NAME&level=pins&way=both&seed=1&speed=10&scenario=NAME&board (the server's, or =ws://...)
 * `window.page.turns` counts the frames that were drawn; `window.page.changes` the characters of the display that changed.
 */

import { Cabinet } from "./cabinet.js";
import { byId, el } from "./dom.js";
import { download } from "./download.js";
import { EventsList } from "./events_list.js";
import { Faults } from "./faults.js";
import { showGallery } from "./gallery.js";
import { Hand } from "./hand.js";
import { Console, Journal } from "./journal.js";
import { followKeyboard } from "./keys.js";
import { Lanes } from "./lanes.js";
import { boardLink, workerLink } from "./links.js";
import { showMessage } from "./message.js";
import { Balance, Hoppers } from "./money.js";
import { Pace } from "./pace.js";
import { Playing } from "./playing.js";
import { Process } from "./process.js";
import { Session } from "./session.js";
import { SetupForm } from "./setup_form.js";
import { Sound } from "./sound.js";
import { StatusView } from "./status.js";
import { connectTabs } from "./tabs.js";
import { Transport } from "./transport.js";
import { Twin } from "./twin.js";

/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {import("./protocol.js").Catalogue} Catalogue */
/** @typedef {import("./protocol.js").ProcessRow} ProcessRow */
/** @typedef {import("./config.js").Config} Config */
/** @typedef {import("./links.js").Link} Link */

class Page {
  session;
  pace;
  hand;
  sound = new Sound();
  transport;
  lanes = new Lanes(byId("lanes", HTMLElement), byId("details", HTMLElement));
  list = new EventsList(byId("events-list", HTMLElement), this.lanes.score);
  journal = new Journal(byId("records", HTMLElement));
  console = new Console(byId("console", HTMLElement));
  process = new Process(byId("process", HTMLElement));
  status;
  faults;
  playing = new Playing(byId("playing", HTMLElement));
  form;
  catalogue;
  turns = 0;
  /** @type {Cabinet | null} */
  cabinet = null;
  /** @type {Twin | null} */
  twin = null;
  /** @type {Balance | null} */
  balance = null;
  /** @type {Hoppers | null} */
  hoppers = null;
  #sales = 0;

  /**
   * @param {Catalogue} catalogue
   * @param {() => Link} link  to a machine
   */
  constructor(catalogue, link) {
    this.catalogue = catalogue;
    this.session = new Session(link);
    this.pace = new Pace(this.session);
    this.hand = new Hand(this.session);
    this.hand.onRefused = () => this.session.onProblem("The acceptor refuses the coin: it falls through.");
    this.transport = new Transport(this.session, this.pace, this.sound);
    this.status = new StatusView(this.session, byId("answers", HTMLElement));
    this.faults = new Faults(byId("faults", HTMLElement), (line) => this.hand.act(line));
    this.session.onBegin = (config, process) => this.#putUp(config, process);
    this.session.onProcess = (process) => this.process.show(process);
    this.session.onFrame = (frame, machine) => this.#take(frame, machine);
    this.session.onProblem = (text) => showMessage(byId("toasts", HTMLElement), text);
    this.pace.onTurn = () => {
      this.hand.turn();
      this.#draw();
    };
    this.form = new SetupForm(
      catalogue,
      () => void this.begin(),
      (text) => /** @type {import("./machine.js").Machine} */ (this.session.machines[0]).check(text),
    );
    showGallery(byId("gallery", HTMLElement), catalogue.scenarios, (scenario) => void this.play(scenario.text));
    followKeyboard(() => this.cabinet?.keys ?? document.body);
    this.#connect();
  }

  #connect() {
    connectTabs(/** @type {HTMLElement} */ (document.querySelector(".tabs")), () => {});
    byId("ask", HTMLButtonElement).addEventListener("click", () => void this.status.ask());
    byId("availability", HTMLFieldSetElement).addEventListener("change", (event) => {
      const { value } = /** @type {HTMLInputElement} */ (event.target);
      void this.session.availability(value, value === "delayed" ? 300000 : 0);
    });
    const follow = byId("follow", HTMLButtonElement);
    follow.addEventListener("click", () => this.lanes.follow());
    this.lanes.onFollow = (on) => {
      follow.hidden = on;
    };
    const sale = byId("sale", HTMLSelectElement);
    sale.addEventListener("change", () => this.lanes.filter(Number(sale.value)));
    const asList = byId("as-list", HTMLButtonElement);
    asList.addEventListener("click", () => {
      const isList = asList.getAttribute("aria-pressed") !== "true";
      asList.setAttribute("aria-pressed", String(isList));
      byId("events-list", HTMLElement).hidden = !isList;
      byId("lanes", HTMLElement).hidden = isList;
    });
    byId("keep-scenario", HTMLButtonElement).addEventListener("click", () => void this.#keep("recording"));
    byId("keep-vcd", HTMLButtonElement).addEventListener("click", () => void this.#keep("vcd"));
    const file = byId("scenario-file", HTMLInputElement);
    file.addEventListener("change", async () => {
      const one = file.files?.[0];
      file.value = "";
      if (one) await this.play(await one.text());
    });
  }

  /** @param {"recording" | "vcd"} what */
  async #keep(what) {
    const machine = this.session.machines[0];
    if (!machine) return;
    try {
      const { name, text } = await machine.file(what);
      download(name, text);
    } catch (error) {
      this.session.onProblem(error instanceof Error ? error.message : String(error));
    }
  }

  /** New machines, as the form describes them. */
  async begin() {
    this.transport.run(false);
    if (await this.session.begin(this.form.choice)) this.transport.run(true);
  }

  /**
   * Plays a scenario on new machines.
   * @param {string} text
   */
  async play(text) {
    this.transport.run(false);
    if (await this.session.play(text)) this.transport.run(true);
  }

  /**
   * Draws what belongs to new machines.
   * @param {Config} config
   * @param {ProcessRow[]} process
   */
  #putUp(config, process) {
    const { choice } = this.session;
    const { money } = config;
    this.hand.clear();
    this.cabinet = new Cabinet(byId("cabinet", HTMLElement), config, (line) => this.hand.act(line));
    this.balance = new Balance(byId("balance", HTMLElement), money);
    const values = (config.hoppers ?? []).map(({ value }) => value);
    this.hoppers = new Hoppers(byId("hoppers", HTMLElement), values, money);
    const isTwo = (choice?.ways.length ?? 1) > 1;
    const twin = byId("twin", HTMLElement);
    twin.hidden = !isTwo;
    this.twin = isTwo ? new Twin(twin, config) : null;
    this.process.show(process);
    this.playing.clear();
    this.journal.clear();
    this.console.clear();
    this.lanes.begin([], []);
    byId("answers", HTMLElement).replaceChildren();
    this.faults.show(config, this.catalogue.faults, choice?.level === "pins");
    this.#showSales();
    showAvailability(config.availability?.kind ?? "off");
  }

  /**
   * @param {Frame} frame
   * @param {number} machine
   */
  #take(frame, machine) {
    const { choice } = this.session;
    const { score } = this.lanes;
    const lanes = score.lanes[machine];
    if (!lanes && choice) {
      const names = choice.ways.map((way) => (choice.ways.length > 1 ? way : ""));
      const all = choice.ways.map((_, number) => this.session.frames[number]?.lanes ?? frame.lanes);
      this.lanes.begin(names, all);
    } else if (lanes?.join() !== frame.lanes.join()) score.change(machine, frame.lanes);
    score.add(machine, frame.events);
    if (machine === 0) {
      if (frame.records.length) this.journal.add(frame.records);
      if (frame.console.length) this.console.add(frame.console);
      if (this.sound.follow(frame.buzzer)) this.cabinet?.beep();
    }
    if (!frame.scenario) for (const failure of frame.failures) this.session.onProblem(failure);
    if (this.playing.take(frame)) this.transport.run(false);
  }

  #draw() {
    this.turns++;
    const [frame, other] = this.session.frames;
    this.lanes.draw();
    if (!byId("events-list", HTMLElement).hidden) this.list.draw();
    if (!frame) return;
    this.transport.draw(frame.now_ms, frame.power);
    this.cabinet?.draw(frame);
    this.balance?.draw(frame.money);
    this.hoppers?.draw(frame.hoppers);
    this.process.draw((other ?? frame).process);
    if (other) this.twin?.draw(frame, other);
    if (this.#sales !== this.lanes.score.sales.size) this.#showSales();
  }

  #showSales() {
    const sales = [...this.lanes.score.sales].sort((a, b) => a - b);
    this.#sales = sales.length;
    const select = byId("sale", HTMLSelectElement);
    const chosen = select.value;
    select.replaceChildren(
      el("option", { value: 0 }, "all"),
      ...sales.map((sale) => el("option", { value: sale }, String(sale))),
    );
    select.value = sales.includes(Number(chosen)) ? chosen : "0";
  }

  /** How many characters of the display have changed so far. */
  get changes() {
    return this.cabinet?.changes ?? 0;
  }
}

/** The kinds of availability checks in machine.json, and on the page. @type {Record<string, string>} */
const CHECKS = { off: "off", stock: "instant", slow: "delayed", silent: "silent" };

/** @param {string} kind  as in machine.json */
function showAvailability(kind) {
  const radio = document.querySelector(`#availability input[value="${CHECKS[kind] ?? "off"}"]`);
  if (radio instanceof HTMLInputElement) radio.checked = true;
}

/**
 * @param {string} given  in the page's address; "": the page's own server
 */
function boardAddress(given) {
  return given || `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/board`;
}

async function start() {
  const answer = await fetch("catalogue.json");
  const catalogue = /** @type {Catalogue} */ (await answer.json());
  const given = new URLSearchParams(location.search);
  const board = given.get("board");
  const page = new Page(
    catalogue,
    board === null ? () => workerLink("worker.js") : () => boardLink(boardAddress(board)),
  );
  Object.assign(window, { page });
  if (board !== null) page.transport.beLive();
  const scenario = page.catalogue.scenarios.find(({ name }) => name === given.get("scenario"));
  page.form.fill({
    machine: given.get("machine"),
    level: given.get("level"),
    way: given.get("way"),
    seed: given.get("seed"),
  });
  await page.begin();
  if (scenario) await page.play(scenario.text);
  page.transport.setSpeed(given.get("speed") ?? "1");
}

start().catch((error) => showMessage(byId("toasts", HTMLElement), `The page cannot start: ${error}`));
