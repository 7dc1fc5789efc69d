/** The most characters of a heading that an error repeats: a file that is no table has one of megabytes. */
const SHOWN_CHARACTERS = 200;

/** What would move the cursor of a terminal, colour it or hide a part of a line: a file may be anybody's. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** The names of columns as a message repeats them. */
export function columnsInWords(names: readonly string[]): string {
  const text = names.join(", ").replaceAll(UNSEEN, " ");
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
