import type { EmulatorOptions } from "../emulation/emulator-options.ts";
import {
  FUNCTION,
  type Kinds,
  OBJECT,
  type OptionKind,
  requireOptions,
  TEXT,
  wholeNumber,
} from "../values/require-options.ts";

const BOOLEAN: OptionKind = ["true or false", (value) => typeof value === "boolean"];

const MOST = Number.MAX_SAFE_INTEGER;

const KINDS: Kinds<EmulatorOptions> = {
  port: wholeNumber(0, 65_535),
  host: TEXT,
  plans: OBJECT,
  projects: OBJECT,
  tokenSeconds: numberBetween(0, MOST),
  latencyMs: numberBetween(0, 2_147_483_647),
  now: FUNCTION,
  random: FUNCTION,
  seed: wholeNumber(-MOST, MOST),
  defaultOriginator: [
    "true, false or senders by the beginning of a number",
    (value) => BOOLEAN[1](value) || OBJECT[1](value),
  ],
  speed: numberBetween(Number.MIN_VALUE, Number.MAX_VALUE, "a number of more than 0"),
  dispatchMs: numberBetween(0, MOST),
  failShare: numberBetween(0, 1),
  reportUrl: TEXT,
  inboundUrl: TEXT,
  callbackSecret: TEXT,
  callbackOrder: ["due or random", (value) => value === "due" || value === "random"],
  reportsTwice: numberBetween(0, 1),
  reportsEarly: numberBetween(0, 1),
  keep: ["everything or counts", (value) => value === "everything" || value === "counts"],
  acceptAnyGroup: BOOLEAN,
  refuseLateCancel: BOOLEAN,
};

/** @throws TypeError for an option that there is not, or that is wrong */
export function requireEmulatorOptions(options: EmulatorOptions): void {
  requireOptions("startEmulator", options, KINDS);
}

function numberBetween(from: number, to: number, expected = `a number from ${from} to ${to}`): OptionKind {
  return [expected, (value) => typeof value === "number" && value >= from && value <= to];
}
