/** The most characters of a heading that an error repeats: a file that is no table has one of megabytes. */
const SHOWN_CHARACTERS = 200;

/** The names of columns as a message repeats them. */
export function columnsInWords(names: readonly string[]): string {
  const text = names.join(", ");
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
