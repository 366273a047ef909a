/** Files that the person takes away from the page: what was done, the levels of the pins; and a scenario to play. */

import { byId, el } from "./dom.js";

/** @typedef {import("./session.js").Session} Session */

const KEPT_MS = 10000; // how long the browser can fetch a file

export class Files {
  #session;

  /**
   * @param {Session} session
   * @param {(text: string) => void} play  Called with a scenario.
   */
  constructor(session, play) {
    this.#session = session;
    byId("keep-scenario", HTMLButtonElement).addEventListener("click", () => void this.#keep("recording"));
    byId("keep-vcd", HTMLButtonElement).addEventListener("click", () => void this.#keep("vcd"));
    const input = byId("scenario-file", HTMLInputElement);
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      const text = await file?.text();
      input.value = "";
      if (text !== undefined) play(text);
    });
  }

  /** @param {"recording" | "vcd"} what  of the first machine */
  async #keep(what) {
    try {
      const file = await this.#session.machines[0]?.file(what);
      if (file) download(file.name, file.text);
    } catch (error) {
      this.#session.onProblem(error instanceof Error ? error.message : String(error));
    }
  }
}

/**
 * @param {string} name
 * @param {string} text
 */
function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
