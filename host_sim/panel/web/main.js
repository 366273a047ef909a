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
 * The address may choose: ?machine=NAME&level=pins&way=both&seed=1&speed=10&scenario=NAME&config=FILE&board
 * (FILE: a machine.json beside the page; board: the server's, or =ws://...)
 * `window.page.turns` counts the frames that were drawn; `window.page.changes` the characters of the display that changed;
 * `window.page.session.machines` are the machines.
 */

import { Availability } from "./availability.js";
import { Cabinet } from "./cabinet.js";
import { byId } from "./dom.js";
import { EventsCard } from "./events_card.js";
import { Faults } from "./faults.js";
import { Files } from "./files.js";
import { showGallery } from "./gallery.js";
import { Hand } from "./hand.js";
import { Console, Journal } from "./journal.js";
import { followKeyboard } from "./keys.js";
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

const messages = byId("toasts", HTMLElement);

/** What there is of a machine as long as it is on the page. */
class Stage {
  cabinet;
  #balance;
  #hoppers;
  #twin;

  /**
   * @param {Config} config
   * @param {boolean} isTwo  Is there one by each way?
   * @param {(line: string) => void} act
   */
  constructor(config, isTwo, act) {
    const { money } = config;
    this.cabinet = new Cabinet(byId("cabinet", HTMLElement), config, act);
    this.#balance = new Balance(byId("balance", HTMLElement), money);
    const values = (config.hoppers ?? []).map(({ value }) => value);
    this.#hoppers = new Hoppers(byId("hoppers", HTMLElement), values, money);
    const twin = byId("twin", HTMLElement);
    twin.hidden = !isTwo;
    this.#twin = isTwo ? new Twin(twin, config) : null;
  }

  /**
   * @param {Frame} frame
   * @param {Frame | undefined} other  of the second machine
   */
  draw(frame, other) {
    this.cabinet.draw(frame);
    this.#balance.draw(frame);
    this.#hoppers.draw(frame.hoppers);
    if (other) this.#twin?.draw(frame, other);
  }
}

class Page {
  session;
  pace;
  turns = 0;
  events = new EventsCard();
  #catalogue;
  #hand;
  transport;
  #faults;
  #availability;
  #form;
  #sound = new Sound();
  #journal = new Journal(byId("records", HTMLElement));
  #console = new Console(byId("console", HTMLElement));
  #process = new Process(byId("process", HTMLElement));
  #playing = new Playing(byId("playing", HTMLElement));
  /** @type {Stage | null} */
  #stage = null;

  /**
   * @param {Catalogue} catalogue
   * @param {Session} session
   */
  constructor(catalogue, session) {
    this.#catalogue = catalogue;
    this.session = session;
    session.onBegin = (config, process) => this.#putUp(config, process);
    session.onProcess = (process) => this.#process.show(process);
    session.onFrame = (frame, machine) => this.#take(frame, machine);
    session.onProblem = (text) => this.#complain(text);
    this.pace = new Pace(session);
    this.pace.onTurn = () => {
      this.#hand.turn();
      this.#draw();
    };
    this.transport = new Transport(session, this.pace, this.#sound);
    this.#hand = new Hand(session);
    this.#hand.onRefused = () => session.onProblem("The acceptor refuses the coin: it falls through.");
    this.#faults = new Faults(byId("faults", HTMLElement), (line) => this.#hand.act(line));
    this.#availability = new Availability((kind, ms) => void session.availability(kind, ms));
    this.#form = new SetupForm(catalogue, session, () => void this.begin());
    const play = (/** @type {string} */ text) => void this.play(text);
    new Files(session, play);
    showGallery(byId("gallery", HTMLElement), catalogue.scenarios, play);
    const status = new StatusView(session, byId("answers", HTMLElement));
    byId("ask", HTMLButtonElement).addEventListener("click", () => void status.ask());
    connectTabs(byId("tabs", HTMLElement));
    followKeyboard(() => this.#stage?.cabinet.keys ?? document.body);
  }

  /** New machines, as the form describes them. */
  begin() {
    return this.#replace(() => this.session.begin(this.#form.choice));
  }

  /**
   * Plays a scenario on new machines.
   * @param {string} text
   */
  play(text) {
    return this.#replace(() => this.session.play(text));
  }

  /**
   * Runs the new machines, or goes on with those before when there are none.
   * @param {() => Promise<boolean>} begin
   */
  async #replace(begin) {
    const wasRunning = this.pace.running;
    this.transport.run(false);
    const isBegun = await begin();
    if (isBegun || (wasRunning && this.#stage)) this.transport.run(true);
  }

  /**
   * Does what the page's address asks for.
   * @param {URLSearchParams} given
   */
  async follow(given) {
    if (given.has("board")) this.transport.beLive();
    this.#form.fill(given);
    const scenario = this.#catalogue.scenarios.find(({ name }) => name === given.get("scenario"));
    this.transport.setSpeed(given.get("speed") ?? "1");
    const own = given.get("config");
    if (own) await this.#form.take(own, await (await fetch(own)).text());
    await this.begin();
    if (scenario) await this.play(scenario.text);
  }

  /**
   * Draws what belongs to new machines.
   * @param {Config} config
   * @param {ProcessRow[]} process
   */
  #putUp(config, process) {
    const { choice } = this.session;
    this.#hand.clear();
    this.#stage = new Stage(config, choice?.ways.length === 2, (line) => this.#hand.act(line));
    this.#process.show(process);
    this.#playing.clear();
    this.#journal.clear();
    this.#console.clear();
    this.events.clear();
    byId("answers", HTMLElement).replaceChildren();
    this.#faults.show(config, this.#catalogue.faults, choice?.level === "pins");
    this.#availability.show(config.availability?.kind ?? "off");
  }

  /**
   * @param {Frame} frame
   * @param {number} machine
   */
  #take(frame, machine) {
    const { session } = this;
    this.events.take(frame, machine, session.choice?.ways ?? [], session.frames);
    if (machine === 0) {
      this.#journal.add(frame.records);
      this.#console.add(frame.console);
      if (this.#sound.follow(frame.buzzer)) this.#stage?.cabinet.beep();
    }
    if (!frame.scenario) for (const failure of frame.failures) session.onProblem(failure);
    if (this.#playing.take(frame)) this.transport.run(false);
  }

  #draw() {
    this.turns++;
    const [frame, other] = this.session.frames;
    this.events.draw();
    if (!frame) return;
    this.transport.draw(frame.now_ms, frame.power);
    this.#stage?.draw(frame, other);
    this.#process.draw((other ?? frame).process);
  }

  /** @param {string} text */
  #complain(text) {
    if (this.#stage) showMessage(messages, text);
    else byId("cabinet", HTMLElement).textContent = `There is no machine: ${text}`;
  }

  /** How many characters of the display have changed so far. */
  get changes() {
    return this.#stage?.cabinet.changes ?? 0;
  }
}

/**
 * @param {string} given  in the page's address; "": the page's own server
 */
function boardAddress(given) {
  return given || `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/board`;
}

async function start() {
  const given = new URLSearchParams(location.search);
  const board = given.get("board");
  const link = board === null ? () => workerLink("worker.js") : () => boardLink(boardAddress(board));
  const session = new Session(link);
  session.prepare(given.get("way") === "both" ? 2 : 1); // while the catalogue comes
  const answer = await fetch("catalogue.json");
  const page = new Page(/** @type {Catalogue} */ (await answer.json()), session);
  Object.assign(window, { page });
  await page.follow(given);
}

start().catch((error) => showMessage(messages, `The page cannot start: ${error}`));
