/** A cell as a spreadsheet writes a text that looks like a number: `="0123"`, from one delimiter to the next. */
const TEXT_FORMULA = /(?<=^|[,;\t\n])[ ]*="([^"\n]*)"(?=[ ]*(?:[,;\t\n]|$))/g;

/** More is not kept back to find the end of a line. */
const MOST_CHARACTERS = 1_000_000;

/**
 * Text with cells such as `="0123"` in plain quotes, which is how they would be written: a reader of CSV refuses a quote in
 * the middle of a cell.
 *
 * @param pieces - of a file, cut anywhere
 */
export async function* withPlainQuotes(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = "";
  for await (const piece of pieces) {
    const text = held + piece;
    const end = text.length > MOST_CHARACTERS ? text.length : text.lastIndexOf("\n") + 1;
    held = text.slice(end);
    yield text.slice(0, end).replace(TEXT_FORMULA, '"$1"');
  }
  yield held.replace(TEXT_FORMULA, '"$1"');
}
