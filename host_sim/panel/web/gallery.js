/** The scenarios, each of which plays on the page. */

import { button, el } from "./dom.js";

/** @typedef {import("./protocol.js").Scenario} Scenario */

/**
 * @param {HTMLElement} place
 * @param {Scenario[]} scenarios
 * @param {(text: string) => void} play
 */
export function showGallery(place, scenarios, play) {
  const cards = scenarios.map((scenario) => {
    const card = button(
      { class: "scenario", "data-testid": `scenario-${scenario.name}` },
      () => play(scenario.text),
      el("strong", {}, scenario.name.replaceAll("_", " ")),
      el("span", { class: "scenario-title" }, scenario.title),
      el("span", { class: "scenario-machine" }, scenario.machine),
    );
    return { card, text: `${scenario.name} ${scenario.title} ${scenario.machine}`.toLowerCase() };
  });
  const search = el("input", {
    type: "search",
    placeholder: "Search the scenarios",
    "aria-label": "Search the scenarios",
    "data-testid": "scenario-search",
  });
  search.addEventListener("input", () => {
    for (const { card, text } of cards) card.hidden = !text.includes(search.value.toLowerCase());
  });
  place.replaceChildren(search, el("div", { class: "scenarios" }, ...cards.map(({ card }) => card)));
}
