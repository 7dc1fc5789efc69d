/** What two columns are needed for: characters of the East, and pictures. */
const WIDE =
  /[\p{scx=Han}\p{scx=Hangul}\p{scx=Hiragana}\p{scx=Katakana}\p{Emoji_Presentation}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u;

const SEGMENTS = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  return [...SEGMENTS.segment(text)].reduce((sum, { segment }) => sum + widthOf(segment), 0);
}

/** A text in so many columns: what is too long ends in a dot dot dot. */
export function cutTo(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let [kept, width] = ["", 0];
  for (const { segment } of SEGMENTS.segment(text)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function widthOf(segment: string): number {
  return WIDE.test(segment) ? 2 : 1;
}
