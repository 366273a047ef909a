/** Which machine is on the page: a shipped one or one's own file, its level, its coordination, its seed. */

import { byId, el } from "./dom.js";
import { WAYS } from "./session.js";

/** @typedef {import("./session.js").Choice} Choice */
/** @typedef {import("./config.js").Config} Config */
/** @typedef {import("./protocol.js").Catalogue} Catalogue */
/** @typedef {import("./machine.js").Checked} Checked */
/** @typedef {import("./session.js").Session} Session */

const USUAL = "reference";
const OWN = "(your own file)";

export class SetupForm {
  #names = byId("machine-name", HTMLSelectElement);
  #level = byId("level", HTMLSelectElement);
  #seed = byId("seed", HTMLInputElement);
  #checked = byId("checked", HTMLElement);
  #machines;
  #session;
  /** @type {Config | null} */
  #own = null;

  /**
   * @param {Catalogue} catalogue
   * @param {Session} session  whose machine checks a file
   * @param {() => void} begin  Called when a new machine is wanted.
   */
  constructor(catalogue, session, begin) {
    this.#machines = catalogue.machines;
    this.#session = session;
    this.#names.replaceChildren(...Object.keys(catalogue.machines).map((name) => el("option", {}, name)));
    if (USUAL in catalogue.machines) this.#names.value = USUAL;
    byId("setup", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      begin();
    });
    byId("ways", HTMLFieldSetElement).addEventListener("change", begin);
    /** @param {File} file */
    const take = async (file) => {
      if (await this.take(file.name, await file.text())) begin();
    };
    const input = byId("own-file", HTMLInputElement);
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) void take(file);
      input.value = "";
    });
    onDrop((file) => void take(file));
  }

  /**
   * Takes a machine.json of one's own, and shows what is wrong with it, or what follows from it.
   * @param {string} name  of the file
   * @param {string} text
   * @returns {Promise<boolean>}  Is it without errors? Then it is chosen.
   */
  async take(name, text) {
    const checked = await this.#session.machines[0]?.check(text);
    if (!checked) return false;
    this.#showChecked(name, checked);
    if (checked.problems.length) return false;
    this.#setOwn(JSON.parse(text));
    return true;
  }

  /**
   * @param {string} name
   * @param {Checked} checked
   */
  #showChecked(name, { problems, consequences }) {
    const verdict = problems.length ? `${name}: ${problems.length} error(s)` : `${name}: ok`;
    this.#checked.classList.toggle("bad", problems.length > 0);
    const lines = problems.length ? problems : consequences;
    this.#checked.replaceChildren(
      el("p", { class: "checked-verdict" }, verdict),
      el("ul", {}, ...lines.map((line) => el("li", {}, line))),
    );
    document.getElementById("tab-machine")?.click();
  }

  /** @param {Config} config */
  #setOwn(config) {
    this.#own = config;
    if (![...this.#names.options].some((option) => option.value === OWN)) this.#names.append(el("option", {}, OWN));
    this.#names.value = OWN;
  }

  /** What the person chose. @returns {Choice} */
  get choice() {
    const name = this.#names.value;
    const own = name === OWN ? this.#own : null;
    const way = document.querySelector("#ways input:checked");
    return {
      name: own ? null : name,
      config: own ?? /** @type {Config} */ (this.#machines[name]),
      level: this.#level.value === "pins" ? "pins" : "stand-in",
      ways: WAYS[way instanceof HTMLInputElement ? way.value : "choreography"] ?? ["choreography"],
      seed: Number(this.#seed.value) || 0,
    };
  }

  /**
   * Fills in the form, as the page's address says.
   * @param {URLSearchParams} given
   */
  fill(given) {
    const [machine, level, way, seed] = ["machine", "level", "way", "seed"].map((name) => given.get(name) ?? "");
    if (machine && machine in this.#machines) this.#names.value = machine;
    if (level === "pins" || level === "stand-in") this.#level.value = level;
    if (seed && /^\d+$/.test(seed)) this.#seed.value = seed;
    const radio = document.querySelector(`#ways input[value="${CSS.escape(way || "choreography")}"]`);
    if (radio instanceof HTMLInputElement) radio.checked = true;
  }
}

/** @param {(file: File) => void} take  Called with a file that is dropped onto the page. */
function onDrop(take) {
  const { body } = document;
  body.addEventListener("dragover", (event) => {
    event.preventDefault();
    body.classList.add("dropping");
  });
  body.addEventListener("dragleave", () => body.classList.remove("dropping"));
  body.addEventListener("drop", (event) => {
    event.preventDefault();
    body.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
}
