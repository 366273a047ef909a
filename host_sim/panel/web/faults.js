/** What can go wrong, by mouse: the troubles of the cabinet, and the devices that lie. */

import { devices } from "./config.js";
import { button, el } from "./dom.js";

/** @typedef {import("./config.js").Config} Config */
/** @typedef {import("./protocol.js").Catalogue} Catalogue */
/** @typedef {(line: string) => void} Act */

/** Times that show the effect of a lie, until the person gives another. @type {Record<string, string>} */
const USUAL = {
  late: "30ms",
  doubled: "5ms",
  chatters: "45ms",
  short: "10ms",
  "coupled-to": "hopper 15ms",
  spikes: "200us 50ms",
  blips: "30ms",
  slow: "20ms",
  "dips-at": "motor 40ms",
  types: "3",
};

/**
 * @param {string} name
 * @param {string} on
 * @param {string} off
 * @returns {[string, string, string]}
 */
const pair = (name, on, off) => [name, on, off];

/**
 * The acts that can be switched on and off: [name, act, act that ends it].
 * @param {Config} config
 */
function troubles(config) {
  const rows = config.columns.map(({ code, name }) => pair(`${name} (${code}) jams`, `jam ${code}`, `free ${code}`));
  if (config.drop_sensor) rows.push(pair("The beam is blocked", "beam blocked", "beam clear"));
  rows.push(pair("The coin line is shorted", "coin-line stuck", "coin-line free"));
  if (config.display) {
    rows.push(pair("The display is unplugged", "display unplugged", "display plugged"));
    rows.push(pair("The display's data line is held low", "display shorted", "display free"));
  }
  return rows;
}

/**
 * Acts without an end: [name, act].
 * @param {Config} config
 * @returns {[string, string][]}
 */
function once(config) {
  /** @type {[string, string][]} */
  const rows = [];
  for (const { code, name, motor } of config.columns) {
    if (motor.kind === "spiral") rows.push([`The next ${name} hangs for 90 degrees`, `hang ${code} 90`]);
  }
  rows.push(["A spike on the coin line, 200 µs", "noise 200"], ["The program stalls for 300 ms", "stall 300"]);
  for (const [number, { value }] of (config.hoppers ?? []).entries()) {
    rows.push([`The hopper of ${value} is empty`, `hopper ${number} holds 0`]);
    rows.push([`The hopper of ${value} overruns by 1 coin`, `hopper ${number} overruns 1`]);
  }
  for (const { code, name, capacity } of config.columns) rows.push([`Fill up ${name}`, `fill ${code} ${capacity}`]);
  return rows;
}

export class Faults {
  #place;
  #act;

  /**
   * @param {HTMLElement} place
   * @param {Act} act
   */
  constructor(place, act) {
    this.#place = place;
    this.#act = act;
  }

  /**
   * @param {Config} config
   * @param {Catalogue["faults"]} faults
   * @param {boolean} atPins  Are there devices that can lie?
   */
  show(config, faults, atPins) {
    this.#place.replaceChildren(
      group("Troubles", ...troubles(config).map((row) => this.#switch(...row))),
      group(
        "Once",
        ...once(config).map(([name, line]) => button({ title: line, class: "fault" }, () => this.#act(line), name)),
      ),
      atPins
        ? this.#lies(config, faults)
        : group("Devices that lie", el("p", {}, "They need the level “pins”: choose it under Machine.")),
      this.#words(),
    );
  }

  /**
   * @param {string} name
   * @param {string} on
   * @param {string} off
   */
  #switch(name, on, off) {
    const node = button(
      { "aria-pressed": "false", title: on, class: "fault", "data-testid": `fault-${on.replaceAll(" ", "-")}` },
      () => {
        const isOn = node.getAttribute("aria-pressed") === "true";
        node.setAttribute("aria-pressed", String(!isOn));
        this.#act(isOn ? off : on);
      },
      name,
    );
    return node;
  }

  /**
   * @param {Config} config
   * @param {Catalogue["faults"]} faults
   */
  #lies(config, faults) {
    const all = faults.flatMap(({ device, lies }) => devices(config, device).map((name) => ({ name, lies })));
    const device = el(
      "select",
      { "aria-label": "Device", "data-testid": "lie-device" },
      ...all.map(({ name }) => el("option", {}, name)),
    );
    const lie = el("select", { "aria-label": "What it does", "data-testid": "lie" });
    const given = el("input", {
      "aria-label": "Times and words of the lie",
      class: "short",
      "data-testid": "lie-given",
      autocomplete: "off",
    });
    const usual = () => {
      given.value = USUAL[lie.value] ?? "";
    };
    const offer = () => {
      const lies = all.find(({ name }) => name === device.value)?.lies ?? [];
      lie.replaceChildren(...lies.map((one) => el("option", {}, one)));
      usual();
    };
    device.addEventListener("change", offer);
    lie.addEventListener("change", usual);
    offer();
    const tell = () => this.#act(`fault ${device.value} ${lie.value} ${given.value}`.trim());
    return group(
      "Devices that lie",
      el("div", { class: "row" }, device, lie, given),
      el(
        "div",
        { class: "row" },
        button({ class: "fault", "data-testid": "lie-tell" }, tell, "Lie"),
        button({ class: "fault" }, () => this.#act(`heal ${device.value}`), "Heal it"),
        button({ class: "fault", "data-testid": "heal-all" }, () => this.#act("heal all"), "Heal all"),
      ),
    );
  }

  /** Any act, in words. */
  #words() {
    const input = el("input", {
      "aria-label": "An act, as in a scenario",
      placeholder: "insert 50",
      "data-testid": "act-line",
      autocomplete: "off",
    });
    const form = el("form", { class: "row" }, input, el("button", { type: "submit", class: "fault" }, "Do it"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) this.#act(input.value.trim());
    });
    return group("In words", form);
  }
}

/**
 * @param {string} title
 * @param {...Node} children
 */
function group(title, ...children) {
  return el("section", { class: "group" }, el("h3", {}, title), el("div", { class: "group-body" }, ...children));
}
