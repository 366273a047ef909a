/** Short messages at the edge of the page, for example why an act was refused. */

import { el } from "./dom.js";

const SHOWN_MS = 7000;
const MOST = 3;

/**
 * @param {HTMLElement} place
 * @param {string} text
 */
export function showMessage(place, text) {
  const message = el("p", { class: "toast" }, text);
  place.append(message);
  while (place.childElementCount > MOST) place.firstElementChild?.remove();
  setTimeout(() => message.remove(), SHOWN_MS);
}
