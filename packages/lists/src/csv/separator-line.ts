/** The line by which a spreadsheet is told the delimiter: `sep=;`. */
const SEPARATOR_LINE = /^\s*"?sep=([^"\r\n])"?[ \t]*(?=\n|$)/i;

/** A beginning without that line, and the delimiter that it names; the line stays as an empty one, so that lines count. */
export function withoutSeparatorLine(start: string): { readonly start: string; readonly delimiter: string | null } {
  const [line, delimiter] = SEPARATOR_LINE.exec(start) ?? [];
  if (line === undefined || delimiter === undefined) return { start, delimiter: null };
  return { start: line.replace(/[^\n]/g, "") + start.slice(line.length), delimiter };
}
