/**
 * What the page takes from @wokwi/elements: the servo, and the characters of an HD44780. `make site` bundles this file,
 * at the same place, so that the page itself needs no bundler. The package's display, keypad and buzzer are not used:
 * they set style attributes, which the page's content security policy refuses, or have no real buttons.
 */
import "@wokwi/elements/dist/esm/servo-element.js";

export { fontA00 } from "@wokwi/elements/dist/esm/lcd1602-font-a00.js";
