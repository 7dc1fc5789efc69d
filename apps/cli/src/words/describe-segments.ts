import type { CheckedSegments, UnicodeCause } from "@volley/producer";
import { counted, inEnglish } from "./in-english.ts";
import { reportRow } from "./report-row.ts";

/** What a person can see; anything else, a zero-width space for example, is told by its code point alone. */
const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S}]$/u;

/**
 * The lines about segments: how many, in which encoding, and what makes texts Unicode.
 *
 * @param lines - of the file, by index
 */
export function describeSegments(segments: CheckedSegments, lines: ReadonlyMap<number, number>): string[] {
  const { total, recipients, encodings, unicode, longest } = segments;
  const spread = Object.entries(recipients).map(
    ([each, people]) => `${inEnglish(people)} × ${counted(Number(each), "segment")}`,
  );
  return [
    reportRow("segments", `${inEnglish(total)}: ${spread.join(", ")}`),
    reportRow("encoding", `${inEnglish(encodings["gsm-7"])} GSM-7, ${inEnglish(encodings["ucs-2"])} Unicode`),
    ...(unicode ? [describeUnicode(unicode, lines)] : []),
    ...(longest ? [reportRow("longest", describeLongest(longest, lines))] : []),
  ];
}

function describeUnicode(
  { character, codePoint, source, position, index, recipients }: UnicodeCause,
  lines: ReadonlyMap<number, number>,
): string {
  const shown = VISIBLE.test(character) ? `${character} (${codePoint})` : codePoint;
  const place =
    source === "body"
      ? `in the body, character ${inEnglish(position + 1)}`
      : `in ${source.placeholder}, first in line ${inEnglish(lines.get(index) ?? 0)}`;
  const texts = recipients === 1 ? "1 text has" : `${inEnglish(recipients)} texts have`;
  return reportRow("unicode", `${shown} ${place}: ${texts} room for 70 characters instead of 160`);
}

function describeLongest(
  { characters, segments, index }: NonNullable<CheckedSegments["longest"]>,
  lines: ReadonlyMap<number, number>,
): string {
  const size = `${counted(characters, "character")}, ${counted(segments, "segment")}`;
  return `${size}, line ${inEnglish(lines.get(index) ?? 0)}`;
}
