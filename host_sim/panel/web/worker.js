/**
 * A machine: MicroPython in a worker. It passes each request on to host_sim/panel/bridge.py, and posts the answer.
 * protocol.js describes both.
 */

import { start } from "./interpreter.js";

/** @param {string} name  of a file beside this one */
const here = (name) => new URL(name, import.meta.url).href;

/** @returns {Promise<ArrayBuffer>} */
async function bundle() {
  const answer = await fetch(here("machine.bundle"));
  if (!answer.ok) throw new Error(`machine.bundle: ${answer.status} ${answer.statusText}`);
  return answer.arrayBuffer();
}

const answering = start(here("vendor/micropython.wasm"), bundle());

/** @param {MessageEvent} message */
async function receive({ data }) {
  try {
    const answer = await answering;
    postMessage(JSON.parse(answer(JSON.stringify(data))));
  } catch (error) {
    postMessage({ id: data.id, error: `the machine has failed: ${error instanceof Error ? error.message : error}` });
  }
}

addEventListener("message", receive);
