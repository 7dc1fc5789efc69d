/** Marks that nobody sees: of direction, of width zero, of where a word may be cut. */
const INVISIBLE = /\p{Cf}/gu;

/** As a spreadsheet writes a text that looks like a number: `="0123"`. */
const TEXT_FORMULA = /^="(.*)"$/s;

/** As a spreadsheet marks one: `'0123`. */
const TEXT_MARK = /^['’](?=[+=\d])/;

/** A cell as it is meant. What is in it beside that stays: a name may need its marks. */
export function cleanCell(text: string): string {
  return text.startsWith("=") ? text.replace(TEXT_FORMULA, "$1") : text;
}

/** A number as it is meant: without what a spreadsheet or an address book has put around it. */
export function cleanNumber(text: string): string {
  // What is no number is not made one by taking its line break away: the two could be half of somebody else's each.
  if (/[\r\n]/.test(text)) return "";
  return cleanCell(text.replace(INVISIBLE, "").trim())
    .trim()
    .replace(TEXT_MARK, "")
    .replace(/\p{Pd}/gu, "-");
}

/** The name of a column as it is meant, however it is broken into lines and its letters are composed. */
export function cleanName(text: string): string {
  return cleanCell(text.replace(INVISIBLE, "")).normalize("NFC").replaceAll(/\s+/g, " ").trim();
}
