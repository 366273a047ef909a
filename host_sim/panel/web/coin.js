/** Coins: their size and metal follow from their place among the values that the machine knows. */

import { text } from "./amounts.js";
import { svg } from "./dom.js";

/** @typedef {import("./config.js").MoneyConfig} MoneyConfig */

/**
 * @param {number} value
 * @param {MoneyConfig} money
 */
export function drawCoin(value, money) {
  const sorted = [...money.coins].sort((a, b) => a - b);
  const place = sorted.indexOf(value);
  const rank = place < 0 ? 0.5 : (place + 1) / sorted.length;
  const radius = 15 + 6 * rank;
  const unit = 10 ** money.decimals;
  const metal =
    value >= 2 * unit ? "bi-silver" : value >= unit ? "bi-gold" : place === 0 && sorted.length > 3 ? "copper" : "gold";
  return svg(
    "svg",
    { viewBox: "0 0 44 44", class: `coin ${metal}`, "aria-hidden": "true" },
    svg("circle", { cx: 22, cy: 22, r: radius, class: "coin-rim" }),
    svg("circle", { cx: 22, cy: 22, r: radius * 0.72, class: "coin-face" }),
    svg("circle", { cx: 22, cy: 22, r: radius - 1.6, class: "coin-edge" }),
    svg("text", { x: 22, y: 26, "text-anchor": "middle", class: "coin-value" }, coinName(value, money)),
  );
}

/**
 * "2", "50" or "0.05": short enough for a coin.
 * @param {number} value
 * @param {MoneyConfig} money
 */
export function coinName(value, money) {
  const unit = 10 ** money.decimals;
  if (value % unit === 0) return String(value / unit);
  return value < unit && money.decimals === 2 ? String(value) : text(value, money);
}
