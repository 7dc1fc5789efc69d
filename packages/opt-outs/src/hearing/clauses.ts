/** A word of a text. */
export type Token = {
  /** Folded, in lower case. */
  readonly word: string;
  /** Whether all its letters are capitals, of which it has three or more. */
  readonly isLoud: boolean;
  /** Whether a comma stands before it. */
  readonly isApart: boolean;
};

/** What stands between two marks that end a sentence. */
export type Clause = {
  readonly tokens: readonly Token[];
  readonly line: number;
  /** Whether a question mark ends it. */
  readonly isAsked: boolean;
};

/** Letters with blanks or dots between them: three or more are a word. */
const SPACED_LETTERS = /(?<![\p{L}\p{N}])\p{L}(?:[ .\-_*·/|+]{1,2}\p{L}){2,}(?![\p{L}\p{N}])/gu;

const TOKENS = /[\p{L}\p{N}$@]+(?:'[\p{L}\p{N}]+)*|\p{Extended_Pictographic}|[\n.!?;:…。！？()[\]]|,/gu;

const BREAKS = "\n.!?;:…。！？()[]";

const ASKS = "?？";

/** @param text - folded */
export function clausesOf(text: string): Clause[] {
  const clauses: Clause[] = [];
  let tokens: Token[] = [];
  let [line, isApart] = [0, false];
  const close = (isAsked = false): void => {
    if (tokens.length > 0) clauses.push({ tokens, line, isAsked });
    [tokens, isApart] = [[], false];
  };
  const joined = text.replaceAll(SPACED_LETTERS, (letters) => letters.replaceAll(/[^\p{L}]/gu, ""));
  for (const [found] of joined.matchAll(TOKENS)) {
    if (found === ",") isApart = true;
    else if (BREAKS.includes(found)) {
      close(ASKS.includes(found));
      if (found === "\n") line += 1;
    } else {
      for (const part of partsOf(found)) {
        const word = part.toLowerCase();
        // Whoever says a word ten thousand times says it once.
        if (tokens.at(-1)?.word !== word) tokens.push({ word, isLoud: isLoud(part), isApart });
        isApart = false;
      }
    }
  }
  close();
  return clauses;
}

/** "m'envoyer" is two words, "don't" is one. */
function partsOf(found: string): string[] {
  const [first = "", ...others] = found.replace(/^[$@]+(?=\p{L}{3})/u, "").split("'");
  const [second = ""] = others;
  const isTwo = others.length === 1 && ((first.length <= 2 && second.length >= 2) || second.length >= 4);
  return isTwo ? [first, second] : [[first, ...others].join("")];
}

function isLoud(word: string): boolean {
  return word.length > 2 && word === word.toUpperCase() && word !== word.toLowerCase();
}
