import type { WordClass } from "../words/word-class.ts";
import { judgeWord, type WordJudgement } from "./judge-word.ts";
import { anyHas, has, isFiller, type Whole, wholeOf } from "./near.ts";
import type { Unit } from "./units.ts";

/**
 * What a clause says of messages to come.
 *
 * - `stop`: no more of them. `bare`: a word for it and nothing else. `maybe`: that may be meant.
 * - `keep`: not to stop. `nothing`: neither, and some words that are about something else. `filler`: not even that.
 * - `start`, `help`: asks for it, and for nothing else. `refusal`: "no thanks", and nothing else.
 */
export type Judgement = WordJudgement | "start" | "help" | "refusal" | "filler";

/** How many units behind the first words of an instruction are part of it. */
const INSTRUCTION = 6;

const FOUND = ["stop", "bare", "maybe", "keep"] as const;

/** Judges a clause by its units. Each is looked at with those near it, so that it takes time by their number. */
export function judge(units: readonly Unit[]): Judgement {
  const own = withoutInstructions(units);
  if (own.every(isFiller)) {
    // "Reply STOP", and not what for, may be meant.
    if (isCutAtEnd(units)) return "maybe";
    return units.length > own.length ? "nothing" : "filler";
  }
  const asked = askedFor(own);
  if (asked !== null) return asked;
  const whole = wholeOf(own);
  if (isRefusal(whole)) return "refusal";
  const found = new Set(own.map((_unit, place) => judgeWord(whole, place)));
  if (found.has("stop") && found.has("keep")) return "maybe";
  return FOUND.find((each) => found.has(each)) ?? "nothing";
}

/** "No thanks", "no quiero", and nothing else. */
function isRefusal({ units, hasOnly }: Whole): boolean {
  const isUnwanted = anyHas(units, "not") && anyHas(units, "want") && hasOnly("refusal", "not", "want");
  return hasOnly("refusal") || isUnwanted;
}

/** Whether an instruction ends with the word that is to be answered. */
function isCutAtEnd(units: readonly Unit[]): boolean {
  const said = units.filter((unit) => !isFiller(unit));
  const last = said.at(-1);
  return last !== undefined && said.length === 2 && has(said[0], "told") && anyHas([last], "stop", "leave");
}

/** "Reply STOP to opt out" is what somebody else said. */
function withoutInstructions(units: readonly Unit[]): readonly Unit[] {
  const own: Unit[] = [];
  for (let place = 0; place < units.length; place += 1) {
    const next = units.slice(place + 1, place + 3).find((unit) => !isFiller(unit));
    const isTold = has(units[place], "told") && next !== undefined && anyHas([next], "stop", "leave", "start", "help");
    // "Stop texting": the word before says that it is no instruction.
    const isOwn = anyHas(units.slice(Math.max(0, place - 2), place), "stop", "not", "leave");
    if (isTold && !isOwn) place += INSTRUCTION;
    else own.push(units[place] as Unit);
  }
  return own;
}

const BESIDE_START: ReadonlySet<WordClass> = new Set([
  "filler",
  "message",
  "get",
  "me",
  "contact",
  "more",
  "want",
  "start",
]);
const BESIDE_HELP: ReadonlySet<WordClass> = new Set(["filler", "help"]);

/** START and HELP are heard only where they are all that is said. */
function askedFor(units: readonly Unit[]): "start" | "help" | null {
  const isAll = (beside: ReadonlySet<WordClass>): boolean =>
    units.every(({ classes }) => [...classes].some((kind) => beside.has(kind)));
  if (anyHas(units, "start") && isAll(BESIDE_START)) return "start";
  return anyHas(units, "help") && isAll(BESIDE_HELP) ? "help" : null;
}
