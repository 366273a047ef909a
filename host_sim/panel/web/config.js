/**
 * The parts of a machine.json that the page draws.
 *
 * @typedef {{currency: string, decimals: number, coins: number[]}} MoneyConfig
 * @typedef {{code: string, name: string, price: number, capacity: number, button?: string, motor: {kind: string}}} ColumnConfig
 * @typedef {{machine?: string, money: MoneyConfig, columns: ColumnConfig[], display?: {columns?: number, rows?: number},
 *   keypad?: {keys: string[]}, cancel_button?: object, hoppers?: {value: number}[], door?: object, drop_sensor?: object,
 *   flap?: object, buzzer?: object, availability?: {kind: string}, coin_acceptor: {pulse?: string, inhibit?: string}}} Config
 */

/**
 * The characters of a display: [columns, rows].
 * @param {Config} config
 * @returns {[number, number]}
 */
export function displaySize(config) {
  const columns = config.display?.columns ?? 16;
  return [columns, config.display?.rows ?? (columns > 16 ? 4 : 2)];
}

/**
 * The devices that can lie, as a fault names them.
 * @param {Config} config
 * @param {string} pattern  a device of the catalogue; with a # one that a machine can have several of
 * @returns {string[]}
 */
export function devices(config, pattern) {
  const [kind, hasNumber] = pattern.split(" ");
  if (!hasNumber) {
    const has = { beam: config.drop_sensor, door: config.door, flap: config.flap, display: config.display };
    if (pattern === "coin-line") return config.coin_acceptor.pulse ? [pattern] : [];
    return pattern in has && !has[/** @type {keyof typeof has} */ (pattern)] ? [] : [pattern];
  }
  if (kind === "exit") return (config.hoppers ?? []).map((_, number) => `exit ${number}`);
  if (kind === "home")
    return config.columns.filter((column) => "home" in column.motor).map(({ code }) => `home ${code}`);
  if (kind === "key") return [...(config.keypad?.keys ?? []).join("")].map((key) => `key ${key}`);
  return ["file machine.json", "file money"];
}
