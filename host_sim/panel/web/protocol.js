/**
 * What the page and a machine's worker tell each other. One worker is one machine; the page drives it by requests, and
 * each request gets one answer with the same `id`. Times are milliseconds of virtual time since the first power-on.
 * Times are not always those asked for: a machine that starts runs on until it is ready, two seconds or so.
 *
 * @typedef {{id: number, error?: string, problems?: string[], frame?: Frame, config?: object, process?: ProcessRow[],
 *   consequences?: string[], monitor?: string[], manager?: string[], name?: string, text?: string}} Answer  With an `error`,
 *   a sentence for people, nothing else; except `problems`, those of a machine.json, line by line. Otherwise by the request:
 *   power and scenario: `frame`, `config` (the complete machine.json, with defaults) and `process` (the process table, under
 *   choreography, too, where nothing runs by it); advance, step, act, switch and availability: `frame`; check: `problems` and
 *   `consequences`; status: `monitor` and `manager`; recording and vcd: `name` and `text` of a file.
 * @typedef {{state: string, event: string, commands: string[] | null, next: string}} ProcessRow  `state`, `next`: names of
 *   steps, or "any", "held", "same". `commands` null: the event is not expected.
 *
 * @typedef {{id: number, do: "power", config: object | null, machine: string | null, level: "stand-in" | "pins",
 *   coordination: "choreography" | "orchestration", seed: number}} PowerRequest  A new machine, with an empty journal. With
 *   `config` null: the shipped machine of that name.
 * @typedef {{id: number, do: "advance", until_ms: number}} AdvanceRequest  Runs until then; the answer is a Frame.
 * @typedef {{id: number, do: "step", limit_ms: number}} StepRequest  Runs until the next event, at most until then: a Frame.
 * @typedef {{id: number, do: "act", line: string}} ActRequest  A line as in scenarios without its time: "insert 200".
 * @typedef {{id: number, do: "switch", to: "off" | "on" | "reset"}} SwitchRequest  The supply; the journal survives.
 * @typedef {{id: number, do: "check", text: string}} CheckRequest  A machine.json: problems and consequences.
 * @typedef {{id: number, do: "status"}} StatusRequest  "Where is my Coke?": {monitor: string[], manager: string[]}.
 * @typedef {{id: number, do: "availability", kind: "off" | "instant" | "delayed" | "silent", ms: number}} AvailabilityRequest
 * @typedef {{id: number, do: "recording"}} RecordingRequest  The scenario of all that was done since the machine was new.
 * @typedef {{id: number, do: "vcd"}} VcdRequest  The pins' levels since the machine was new (level "pins" only).
 * @typedef {{id: number, do: "scenario", text: string, until_end: boolean}} ScenarioRequest  Plays a scenario file on
 *   a new machine of the last power's level, coordination and seed: to its end at once, or as time is advanced.
 *
 * @typedef {{number: number, at_ms: number, id: number, name: string, text: string, payload: number, sale: number,
 *   from: string, to: string[], command: boolean}} Event  `text`: the payload in words. `from` and `to`: names of lanes.
 * @typedef {{code: string, name: string, price: number, stock: number, capacity: number, locked: boolean,
 *   turning: boolean, angle: number, products: number}} Column  `stock`: what the machine believes; `products`: what is there.
 * @typedef {{value: number, coins: number, believed: number, running: boolean}} Hopper
 * @typedef {{cash_in: number, sales: number, change: number, refunds: number, overpaid: number, kept: number,
 *   credit: number, hold: number, owed: number, balanced: boolean, line: string}} Money  `line`: the last line of make run.
 * @typedef {{at_ms: number, number: number, text: string}} JournalRecord
 * @typedef {{now_ms: number, power: boolean, ready: boolean, display: string[], accepting: boolean, buzzer: number,
 *   columns: Column[], hoppers: Hopper[], tray: number[], bin: string[], got: string[], returned: number, taken_in: number,
 *   door: "open" | "closed" | "none", money: Money | null, process: {step: string, sale: number, column: number} | null,
 *   lanes: string[], events: Event[], records: JournalRecord[], console: string[], failures: string[],
 *   resets: number, scenario: {title: string, end_ms: number, over: boolean, failures: string[]} | null}} Frame  `events`,
 *   `records`, `console` and `failures`: those since the last frame; the `failures` of a scenario are all so far. `buzzer`: beeps so far. `tray`: the values of the coins in it.
 *   `angle` of a column: degrees of its spiral, or of its servo's arm from its rest.
 * @typedef {{name: string, title: string, machine: string, text: string}} Scenario
 * @typedef {{machines: Record<string, object>, scenarios: Scenario[], faults: {device: string, lies: string[]}[]}} Catalogue
 *   `site/catalogue.json`: the shipped machines, scenarios and lies.
 */
export {};
