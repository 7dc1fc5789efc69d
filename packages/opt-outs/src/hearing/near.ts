import type { WordClass } from "../words/word-class.ts";
import type { Unit } from "./units.ts";

/** A clause, and what is asked of it as a whole: once, so that a word that is there ten thousand times costs no more. */
export type Whole = {
  readonly units: readonly Unit[];
  /** Where the first unit is that is no filler. */
  readonly first: number;
  /** Whether all of it is of such classes, fillers apart. */
  readonly hasOnly: (...kinds: readonly WordClass[]) => boolean;
};

/** How many units around a word are looked at. */
export const NEAR = 4;

/** How many units around a word are looked at where fillers do not count. */
const FARTHEST = 8;

/** How far back a word of doubt is looked for. */
const DOUBT = 6;

export function wholeOf(units: readonly Unit[]): Whole {
  const answers = new Map<string, boolean>();
  return {
    units,
    first: units.findIndex((unit) => !isFiller(unit)),
    hasOnly: (...kinds) => {
      const key = kinds.join();
      const answer = answers.get(key) ?? units.every((unit) => isFiller(unit) || hasOneOf(unit, ...kinds));
      answers.set(key, answer);
      return answer;
    },
  };
}

export function has(unit: Unit | undefined, kind: WordClass): boolean {
  return unit?.classes.has(kind) ?? false;
}

export function hasOneOf(unit: Unit, ...kinds: readonly WordClass[]): boolean {
  return kinds.some((kind) => unit.classes.has(kind));
}

export function isFiller(unit: Unit): boolean {
  return unit.classes.has("filler");
}

/** Whether any of some units does one of these. */
export function anyHas(units: readonly Unit[], ...kinds: readonly WordClass[]): boolean {
  return units.some((unit) => hasOneOf(unit, ...kinds));
}

/** Something else that may be stopped, and nothing of ours. */
export function isOtherThing(unit: Unit): boolean {
  return has(unit, "other") && !hasOneOf(unit, "message", "contact", "filler");
}

export function after({ units }: Whole, place: number, most = NEAR): readonly Unit[] {
  return units.slice(place + 1, place + 1 + most);
}

export function ahead({ units }: Whole, place: number, most = NEAR): readonly Unit[] {
  return units.slice(Math.max(0, place - most), place);
}

/** Whether what is asked for first is a thing of ours. */
export function isAboutUs(units: readonly Unit[]): boolean {
  const first = units.find((unit) => hasOneOf(unit, "message", "contact", "list") || isOtherThing(unit));
  return first !== undefined && !isOtherThing(first);
}

/** Units behind a place, so many that are no fillers. */
export function afterFillers({ units }: Whole, place: number, most: number): readonly Unit[] {
  let end = place + 1;
  for (let left = most; left > 0 && end < units.length && end <= place + FARTHEST; end += 1)
    if (!isFiller(units[end] as Unit)) left -= 1;
  return units.slice(place + 1, end);
}

/** Units between the commas around a place, no more of them than are near. */
export function between({ units }: Whole, place: number): readonly Unit[] {
  let [start, end] = [place, place + 1];
  while (start > Math.max(0, place - FARTHEST) && !units[start]?.isApart) start -= 1;
  while (end < Math.min(units.length, place + FARTHEST) && !units[end]?.isApart) end += 1;
  return units.slice(start, end);
}

export function isDoubtful(whole: Whole, place: number): boolean {
  return anyHas(ahead(whole, place, DOUBT), "doubt");
}

/** "Don't stop", "niet stoppen", "melden Sie mich nicht ab"; a comma ends what a negation is of. */
export function isNegated(whole: Whole, place: number): boolean {
  const { units } = whole;
  if (units[place]?.isNegated) return true;
  for (let at = place; at > Math.max(0, place - NEAR); at -= 1) {
    if (units[at]?.isApart) return isNegatedBehind(whole, place);
    if (has(units[at - 1], "not") && !has(units[at - 1], "filler")) return true;
  }
  return isNegatedBehind(whole, place);
}

function isNegatedBehind(whole: Whole, place: number): boolean {
  const near = after(whole, place);
  const comma = near.findIndex(({ isApart }) => isApart);
  const behind = comma === -1 ? near : near.slice(0, comma);
  return behind.slice(0, 2).some((unit) => has(unit, "not")) && !anyHas(behind, "more");
}
