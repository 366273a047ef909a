// Answers requests as the page's worker does: node page_speed.mjs SITE REQUESTS.json. See page_speed.py.

import { readFileSync } from "node:fs";

const [site, requests] = process.argv.slice(2);
const { start } = await import(`${site}/interpreter.js`);
const bundle = Uint8Array.from(readFileSync(`${site}/machine.bundle`)).buffer;
const answer = await start(`${site}/vendor/micropython.wasm`, bundle);
let last = "";
for (const request of JSON.parse(readFileSync(requests, "utf8"))) last = answer(JSON.stringify(request));
console.log(JSON.stringify(JSON.parse(last).frame));
