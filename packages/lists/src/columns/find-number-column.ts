import { FILLERS, PHONE_WORDS, VAGUE_NAMES } from "./number-words.ts";

/** Which column holds the numbers, as far as its name can say it. */
export type NumberColumn =
  | {
      readonly kind: "found";
      readonly index: number;
      /** Columns that may hold them instead: values that look like numbers there make it a guess. */
      readonly rivals: readonly number[];
    }
  /** Their names say the same. */
  | { readonly kind: "several"; readonly indexes: readonly number[] }
  | { readonly kind: "none" };

/** The longest word that is looked at: such words can be cut in many ways, and a file that is no table has very long ones. */
const LONGEST = 60;

/** Shorter words stand within many others: `tel` in hotel. */
const SHORTEST_WITHIN = 4;

const PHONES = PHONE_WORDS.map(fold);

/** Nothing but such words, one after the other as in German: `Mobiltelefonnummer`, `phone2`. */
const NOTHING_ELSE = new RegExp(`^(?:${[...PHONES, ...FILLERS.map(fold)].join("|")}|\\d)+$`);

/** Begins or ends with such a word, and says something else, too: `Customer phone`, `telephone_id`. */
const BEGINS_OR_ENDS = longOnes().flatMap((word) => [`^${word}`, `${word}\\d*$`]);
const MENTIONS = new RegExp([...PHONES.map((word) => `^${word}$`), ...BEGINS_OR_ENDS].join("|"));

/**
 * Finds the column of numbers by the names of all. What a name says counts, in many languages; a name that may mean
 * another number, as `Number`, counts only where no other column can be meant. People who get the text of somebody else
 * cannot be told that it was a guess.
 *
 * @param names - the cells of the heading
 */
export function findNumberColumn(names: readonly string[]): NumberColumn {
  const certain = indexesOf(names, saysPhone);
  const vague = indexesOf(names, (name) => VAGUE_NAMES.includes(fold(name).trim()));
  const [index, ...others] = [...certain, ...vague].toSorted((one, other) => one - other);
  if (index === undefined) return { kind: "none" };
  if (others.length > 0) return { kind: "several", indexes: [index, ...others] };
  const rivals = indexesOf(names, (name, at) => at !== index && (vague.length > 0 || mentionsPhone(name)));
  return { kind: "found", index, rivals };
}

function indexesOf(names: readonly string[], isWanted: (name: string, index: number) => boolean): number[] {
  return names.flatMap((name, index) => (isWanted(name, index) ? [index] : []));
}

function saysPhone(name: string): boolean {
  const words = wordsIn(name);
  return (
    words.length > 0 && words.every((word) => NOTHING_ELSE.test(word)) && words.some((word) => MENTIONS.test(word))
  );
}

function mentionsPhone(name: string): boolean {
  return wordsIn(name).some((word) => MENTIONS.test(word));
}

function wordsIn(name: string): string[] {
  const words = fold(name).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.some((word) => word.length > LONGEST) ? [] : words;
}

/** Without accents and capitals. */
function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function longOnes(): string[] {
  return PHONES.filter((word) => word.length >= SHORTEST_WITHIN || !/^[a-z]+$/.test(word));
}
