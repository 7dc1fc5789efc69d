import { everywhere } from "../words/everywhere.ts";
import type { WordClass, Words } from "../words/word-class.ts";
import { foldWord } from "./fold.ts";

/** How many words a gap in a phrase may be. */
const LONGEST_GAP = 3;

/** Shorter beginnings of words are not looked for. */
const SHORTEST_STEM = 2;

/** Longer words are of no language here. */
const LONGEST_STEM = 20;

type Phrase = { readonly words: readonly string[]; readonly kind: WordClass };

/** What a language knows of a word. */
type Known = {
  readonly classes: ReadonlySet<WordClass>;
  /** Phrases of two words or more whose first word it is, the longest first. */
  readonly phrases: readonly Phrase[];
  /** Whether it is a word of the language, on its own or in a phrase. */
  readonly isKnown: boolean;
};

/** The words of a language, to be looked up in. */
export type Lexicon = { readonly look: (word: string) => Known };

/** Words whose entries are kept at hand; texts are made of few. */
const MOST_AT_HAND = 2_000;

const NONE: ReadonlySet<WordClass> = new Set();

/** Creates it; what is understood everywhere is in it. */
export function createLexicon(words: Words): Lexicon {
  const [exact, stems] = [new Map<string, Set<WordClass>>(), new Map<string, Set<WordClass>>()];
  const [phrases, phrasesOfStems] = [new Map<string, Phrase[]>(), new Map<string, Phrase[]>()];
  for (const { parts, kind } of entriesOf(words)) {
    const [first = ""] = parts;
    const isStem = first.endsWith("*");
    const key = isStem ? first.slice(0, -1) : first;
    if (parts.length > 1) push(isStem ? phrasesOfStems : phrases, key, { words: parts, kind });
    else (isStem ? stems : exact).set(key, new Set([...((isStem ? stems : exact).get(key) ?? []), kind]));
  }
  const inPhrases = new Set([...phrases.values()].flat().flatMap(({ words: parts }) => parts));
  return {
    look: remember(MOST_AT_HAND, (word) => {
      const beginnings = stemsOf(word);
      const classes = union([exact.get(word), ...beginnings.map((stem) => stems.get(stem))]);
      const from = [...(phrases.get(word) ?? []), ...beginnings.flatMap((stem) => phrasesOfStems.get(stem) ?? [])];
      return {
        classes,
        phrases: from.toSorted((one, other) => other.words.length - one.words.length),
        isKnown: classes.size > 0 || inPhrases.has(word),
      };
    }),
  };
}

/** Keeps answers at hand, so many of them: then it begins anew. */
export function remember<T>(most: number, find: (word: string) => T): (word: string) => T {
  const found = new Map<string, T>();
  return (word) => {
    const known = found.get(word);
    if (known !== undefined) return known;
    if (found.size >= most) found.clear();
    const answer = find(word);
    if (word.length <= LONGEST_STEM) found.set(word, answer);
    return answer;
  };
}

function entriesOf(words: Words): { readonly parts: readonly string[]; readonly kind: WordClass }[] {
  const all = [...Object.entries(everywhere), ...Object.entries(words)] as [WordClass, string][];
  return all
    .flatMap(([kind, text]) =>
      text.split(",").map((entry) => ({ parts: entry.trim().split(/\s+/).map(foldEntry), kind })),
    )
    .filter(({ parts }) => parts[0] !== "");
}

/**
 * Where a phrase ends that begins at a place, or -1. Its gaps are as short as can be.
 *
 * @param wordAt - `undefined` behind the end
 */
export function endOfPhrase({ words }: Phrase, wordAt: (place: number) => string | undefined, from: number): number {
  let place = from;
  let gap = 0;
  for (const word of words) {
    if (word === "…") {
      gap = LONGEST_GAP;
      continue;
    }
    while (gap > 0 && !fits(word, wordAt(place))) [place, gap] = [place + 1, gap - 1];
    if (!fits(word, wordAt(place))) return -1;
    [place, gap] = [place + 1, 0];
  }
  return place;
}

function fits(pattern: string, word: string | undefined): boolean {
  if (word === undefined) return false;
  return pattern.endsWith("*") ? word.startsWith(pattern.slice(0, -1)) : word === pattern;
}

function foldEntry(word: string): string {
  return word === "…" ? word : foldWord(word);
}

function push(phrases: Map<string, Phrase[]>, key: string, phrase: Phrase): void {
  phrases.set(key, [...(phrases.get(key) ?? []), phrase]);
}

function stemsOf(word: string): string[] {
  const stems: string[] = [];
  for (let length = SHORTEST_STEM; length <= Math.min(word.length, LONGEST_STEM); length += 1)
    stems.push(word.slice(0, length));
  return stems;
}

function union(sets: readonly (ReadonlySet<WordClass> | undefined)[]): ReadonlySet<WordClass> {
  const found = sets.filter((set) => set !== undefined);
  if (found.length < 2) return found[0] ?? NONE;
  return new Set(found.flatMap((set) => [...set]));
}
