import { expect, it } from "@jest/globals";
import { numberBetween, objectWith, oneOf, OPTION, requireOptions, wholeNumber } from "./require-options.ts";

const KINDS = {
  prefix: OPTION.text,
  timeoutMs: OPTION.timerMs,
  share: numberBetween(0, 1),
  count: wholeNumber(0),
  isOn: OPTION.boolean,
  unit: oneOf(["recipients", "segments"]),
  log: objectWith(["info", "warn"]),
  signal: OPTION.signal,
  now: OPTION.function,
  region: OPTION.anything,
};

it("takes what every option may be, and what is left out or undefined", () => {
  const good = {
    prefix: "x",
    timeoutMs: 1,
    share: 0.5,
    count: 0,
    isOn: false,
    unit: "segments",
    now: () => new Date(),
  };
  const log = { info: () => {}, warn: () => {} };
  const { signal } = new AbortController();
  expect(() => requireOptions("call", { ...good, log, signal, region: 7 }, KINDS)).not.toThrow();
  expect(() => requireOptions("call", { prefix: undefined, perfix: undefined }, KINDS)).not.toThrow();
});

it.each<[string, unknown]>([
  ["call.perfix: unknown option, did you mean prefix?", { perfix: "x" }],
  ["call.timeout: unknown option, did you mean timeoutMs?", { timeout: 1 }],
  ["call.colour: unknown option, expected prefix, timeoutMs", { colour: "red" }],
  ["call.constructor: unknown option", { constructor: 1 }],
  ["call.(11 characters): unknown option", { "46701234567": 1 }],
  ["call.prefix: expected a text of at least 1 character, got 0 characters", { prefix: "" }],
  ["call.timeoutMs: expected a whole number from 1 to 2147483647, got 2 characters", { timeoutMs: "5s" }],
  ["call.timeoutMs: expected a whole number from 1 to 2147483647, got a number", { timeoutMs: 1.5 }],
  ["call.timeoutMs: expected a whole number from 1 to 2147483647, got null", { timeoutMs: null }],
  ["call.count: expected a whole number of at least 0, got a number", { count: Number.NaN }],
  ["call.share: expected a number from 0 to 1, got a number", { share: 2 }],
  ["call.isOn: expected true or false, got 3 characters", { isOn: "yes" }],
  ["call.unit: expected recipients or segments, got 5 characters", { unit: "texts" }],
  ["call.log: expected an object with info, warn, got an object", { log: { info: () => {} } }],
  ["call.signal: expected an AbortSignal, got an object", { signal: {} }],
  ["call.now: expected a function, got an object", { now: new Date() }],
  ["call: expected an object of options, got null", null],
  ["call: expected an object of options, got nothing", undefined],
  ["call: expected an object of options, got 0 entries", []],
])("refuses with %s", (message, options) => {
  const check = (): void => requireOptions("call", options, KINDS);
  expect(check).toThrow(TypeError);
  expect(check).toThrow(message);
});
