/** Amounts of money and times as text. */

/** @typedef {import("./config.js").MoneyConfig} MoneyConfig */

/**
 * text(150, ...) is "1.50", without the currency.
 * @param {number} amount  in the currency's smallest unit
 * @param {MoneyConfig} money
 */
export function text(amount, money) {
  return (amount / 10 ** money.decimals).toFixed(money.decimals);
}

/**
 * "1.50 EUR"
 * @param {number} amount  in the currency's smallest unit
 * @param {MoneyConfig} money
 */
export function shown(amount, money) {
  return `${text(amount, money)} ${money.currency}`;
}

/**
 * "5.413 s"
 * @param {number} ms
 */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(3)} s`;
}

/**
 * "01:05.413", as a clock shows it.
 * @param {number} ms
 */
export function clock(ms) {
  const minutes = Math.floor(ms / 60000);
  const rest = (ms % 60000) / 1000;
  return `${String(minutes).padStart(2, "0")}:${rest.toFixed(3).padStart(6, "0")}`;
}
