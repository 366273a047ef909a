/** MicroPython with the firmware and the simulator. */

import { unpack } from "./bundle.js";
import { loadMicroPython } from "./vendor/micropython.mjs";

const HEAP_BYTES = 4 * 1024 * 1024; // it grows
// Garbage is collected between two requests only, when so much was allocated: a collection takes some milliseconds.
const COLLECT_BYTES = 1024 * 1024;
const FOLDER = "/machine"; // in the interpreter's file system
const START = `
import gc, os, sys
os.chdir("${FOLDER}")
sys.path[:] = ["${FOLDER}", ".frozen"]
from host_sim.panel.bridge import answer
gc.threshold(${COLLECT_BYTES})
`;

/**
 * @param {string} url  of MicroPython's .wasm
 * @param {ArrayBuffer | Promise<ArrayBuffer>} bundle  the content of machine.bundle
 * @returns {Promise<(request: string) => string>}  what answers a request (protocol.js); both are JSON
 */
export async function start(url, bundle) {
  const python = await loadMicroPython({ heapsize: HEAP_BYTES, url });
  unpack(await bundle, python.FS, FOLDER);
  python.runPython(START);
  return python.globals.get("answer");
}
