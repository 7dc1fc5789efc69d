/** A name as other programs write one: a letter first, and no sentence. */
const NAME = String.raw`[\p{L}_][\p{L}\p{M}\p{N}_.\- ]{0,60}`;

/** The same where blanks would make a text of it: `50% off, 20% more`. */
const WORD = String.raw`[\p{L}_][\p{L}\p{M}\p{N}_.\-]{0,60}`;

/** How other programs mark the place of a value, and ours with a brace that is missing or misplaced. */
const OTHERS = new RegExp(
  [
    String.raw`\{\{[^{}]{1,60}\}\}`,
    String.raw`(?<!\$)\{\s*${WORD}\s*\}`,
    `%${WORD}%`,
    String.raw`\[\[${NAME}\]\]`,
    `<<${NAME}>>`,
    String.raw`\*\|${WORD}\|\*`,
    String.raw`\$\{\s*\}`,
    String.raw`\$\{${NAME}$`,
  ].join("|"),
  "gu",
);

/** Every one of those has one of these. Nearly every text has none, and needs no closer look. */
const MARKS = /[{%[<|]/;

/**
 * What looks like a placeholder of another program, each once: `{{name}}`, `%name%`. Phones would show it as it stands.
 *
 * @param text - a body, or a value that is put into one
 */
export function otherPlaceholdersIn(text: string): string[] {
  return MARKS.test(text) ? [...new Set(text.match(OTHERS))] : [];
}
