/** Products: what they look like follows from their names, so that one has the same look everywhere. */

import { svg } from "./dom.js";

/** @type {[string, string, string][]} */ // body, dark side, label
const COLOURS = [
  ["#c8343a", "#8f1f25", "#fff4ea"],
  ["#2f6db3", "#1d4a80", "#f1f7ff"],
  ["#2c8a5f", "#1a5d3f", "#effaf2"],
  ["#d9902f", "#a5661a", "#fff6e5"],
  ["#7a4fa3", "#533474", "#f7f0ff"],
  ["#3a3f47", "#22262c", "#f3efe6"],
];

/** @param {string} name */
function hash(name) {
  let value = 34;
  for (const character of name) value = (value * 125 + character.charCodeAt(0)) % 9973;
  return value;
}

/**
 * A product in 64 by 74 units, standing on the lower edge.
 * @param {string} name
 */
export function drawProduct(name) {
  const number = hash(name);
  const colours = /** @type {[string, string, string]} */ (COLOURS[number % COLOURS.length]);
  const draw = /** @type {typeof can} */ ([can, bar, bag][Math.floor(number / COLOURS.length) % 3]);
  return draw(colours, name);
}

/**
 * @param {string} name
 * @param {number} y
 * @param {string} colour
 */
function label(name, y, colour) {
  const size = Math.min(13, 66 / Math.max(4, name.length));
  return svg(
    "text",
    { x: 32, y, fill: colour, "font-size": size, "text-anchor": "middle", class: "product-name" },
    name,
  );
}

/**
 * @param {[string, string, string]} colours
 * @param {string} name
 */
function can([body, dark, light], name) {
  return svg(
    "g",
    {},
    svg("path", { d: "M11 8 Q32 2 53 8 L55 14 V66 L51 72 Q32 76 13 72 L9 66 V14 Z", fill: body }),
    svg("path", { d: "M43 6 L53 8 L55 14 V66 L51 72 L43 73 Z", fill: dark, opacity: 0.55 }),
    svg("path", { d: "M14 15 V64", stroke: light, "stroke-width": 3, opacity: 0.35, "stroke-linecap": "round" }),
    svg("ellipse", { cx: 32, cy: 8, rx: 21, ry: 4, fill: "#d6dade" }),
    svg("ellipse", { cx: 32, cy: 8, rx: 16, ry: 2.4, fill: "#aeb5bb" }),
    svg("path", { d: "M9 34 Q32 40 55 30 V48 Q32 57 9 50 Z", fill: light, opacity: 0.94 }),
    label(name, 47, dark),
  );
}

/**
 * @param {[string, string, string]} colours
 * @param {string} name
 */
function bar([body, dark, light], name) {
  const edge = "l4 3 l4 -3 l4 3 l4 -3 l4 3 l4 -3 l4 3 l4 -3 l4 3 l4 -3";
  return svg(
    "g",
    {},
    svg("path", {
      d: `M12 6 ${edge} V70 l-4 3 l-4 -3 l-4 3 l-4 -3 l-4 3 l-4 -3 l-4 3 l-4 -3 l-4 3 l-4 -3 Z`,
      fill: body,
    }),
    svg("rect", { x: 42, y: 8, width: 10, height: 62, fill: dark, opacity: 0.5 }),
    svg("path", { d: "M14 12 H50 M14 66 H50", stroke: light, opacity: 0.5 }),
    svg("rect", { x: 8, y: 28, width: 48, height: 20, rx: 3, fill: light }),
    label(name, 42.5, dark),
  );
}

/**
 * @param {[string, string, string]} colours
 * @param {string} name
 */
function bag([body, dark, light], name) {
  return svg(
    "g",
    {},
    svg("path", { d: "M10 5 H54 L52 14 Q58 40 53 66 L55 73 H9 L11 66 Q6 40 12 14 Z", fill: body }),
    svg("path", { d: "M44 5 H54 L52 14 Q58 40 53 66 L55 73 H42 Q50 40 44 5 Z", fill: dark, opacity: 0.5 }),
    svg("path", { d: "M11 10 H53 M11 69 H53", stroke: light, opacity: 0.6, "stroke-dasharray": "2 2" }),
    svg("ellipse", { cx: 32, cy: 40, rx: 21, ry: 15, fill: light }),
    label(name, 44, dark),
  );
}
