/**
 * A machine: MicroPython in a worker, with the firmware and the simulator. It passes each request on to
 * host_sim/panel/bridge.py, and posts the answer. protocol.js describes both.
 */

import { unpack } from "./bundle.js";
import { loadMicroPython } from "./vendor/micropython.mjs";

const HEAP_BYTES = 24 * 1024 * 1024;
const FOLDER = "/machine"; // in the interpreter's file system
const START = `
import os, sys
os.chdir("${FOLDER}")
sys.path[:] = ["${FOLDER}", ".frozen"]
from host_sim.panel.bridge import answer
`;

/** @returns {Promise<(request: string) => string>}  what answers a request; both are JSON */
async function start() {
  const bundle = fetch(new URL("machine.bundle", import.meta.url)).then((answer) => {
    if (!answer.ok) throw new Error(`machine.bundle: ${answer.status} ${answer.statusText}`);
    return answer.arrayBuffer();
  });
  const python = await loadMicroPython({
    heapsize: HEAP_BYTES,
    url: new URL("vendor/micropython.wasm", import.meta.url).href,
  });
  unpack(await bundle, python.FS, FOLDER);
  python.runPython(START);
  return python.globals.get("answer");
}

const answering = start();

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
