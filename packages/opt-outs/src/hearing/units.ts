import type { WordClass } from "../words/word-class.ts";
import type { Token } from "./clauses.ts";
import { endOfPhrase, type Lexicon } from "./lexicon.ts";

/** A word or a phrase of a text, and what it does. */
export type Unit = {
  readonly classes: ReadonlySet<WordClass>;
  readonly isLoud: boolean;
  readonly isApart: boolean;
  /** Whether a gap in the phrase has a negation in it: "melden Sie mich nicht ab". */
  readonly isNegated: boolean;
};

/** Reads a clause by the words of a language. */
export function unitsOf(tokens: readonly Token[], lexicon: Lexicon, respell: (word: string) => string): Unit[] {
  const words = tokens.map(({ word }) => known(word, lexicon, respell));
  const units: Unit[] = [];
  let place = 0;
  while (place < tokens.length) {
    const { end, classes, isNegated } = longestAt(words, place, lexicon);
    const part = tokens.slice(place, end);
    units.push({
      classes,
      isLoud: part.some(({ isLoud }) => isLoud),
      isApart: part[0]?.isApart ?? false,
      isNegated,
    });
    place = end;
  }
  return units;
}

function isOnlyNot(classes: ReadonlySet<WordClass>): boolean {
  return classes.has("not") && !classes.has("more");
}

function known(word: string, lexicon: Lexicon, respell: (word: string) => string): string {
  return lexicon.look(word).isKnown ? word : respell(word);
}

function longestAt(
  words: readonly string[],
  place: number,
  lexicon: Lexicon,
): Pick<Unit, "classes" | "isNegated"> & { readonly end: number } {
  const word = words[place] ?? "";
  const { classes, phrases } = lexicon.look(word);
  for (const phrase of phrases) {
    const end = endOfPhrase(phrase, (at) => words[at], place);
    if (end === -1) continue;
    const between = phrase.words.includes("…") ? words.slice(place + 1, end - 1) : [];
    const kept = between.flatMap((each) => [...lexicon.look(each).classes]).filter((kind) => KEPT.has(kind));
    // A negation of the phrase's own ("do not call list") turns nothing around.
    const inGap = between.filter((each) => !phrase.words.includes(each));
    const isNegated = inGap.some((each) => isOnlyNot(lexicon.look(each).classes));
    const same = phrases.filter(({ words: others }) => others.join(" ") === phrase.words.join(" "));
    return { end, classes: new Set([...same.map(({ kind }) => kind), ...kept]), isNegated };
  }
  if (/^\p{N}+$/u.test(word)) return { end: place + 1, classes: NUMBER, isNegated: false };
  return { end: place + 1, classes, isNegated: false };
}

/** What words in the gap of a phrase add to it: "take me off", "trek mijn toestemming in". */
const KEPT: ReadonlySet<WordClass> = new Set(["me", "list", "message", "consent", "kin"]);

const NUMBER: ReadonlySet<WordClass> = new Set(["filler"]);
