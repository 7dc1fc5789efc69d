import type { Problem } from "@volley/contract";
import type { Person } from "@volley/lists";
import { linesOf } from "../people/lines-of.ts";
import { entriesIn, fieldInWords } from "../words/field-in-words.ts";

/** Fields that hold a region's recipients and their values; all the others are the same in every region. */
const ABOUT_RECIPIENTS = /^(to|parameters)\b/;

/** Whether a problem is that of a region's recipients, and not of the message. */
export function isAboutRecipients({ field }: Problem): boolean {
  return ABOUT_RECIPIENTS.test(field);
}

/** A line that would be left out. It refuses nothing, unless nobody remains. */
export function isLeftOut({ field }: Problem): boolean {
  return /^to\[\d+\]$/.test(field);
}

const NOBODY = "expected somebody who can be texted, got nobody";

/**
 * Problems of a send as a person finds them in the file: recipients by their region and line. Those of lines that
 * are left out are here where nobody remains: that is said first.
 *
 * @param people - everybody in the send, read for this once more
 */
export async function nameLines(
  region: string,
  problems: readonly Problem[],
  people: AsyncIterable<Person>,
): Promise<Problem[]> {
  const lines = await linesOf(people, new Set(entriesIn(problems)));
  const named = problems.map((problem) => {
    const { field, message } = problem;
    return isAboutRecipients(problem) ? { field: `${region}: ${fieldInWords(field, lines)}`, message } : problem;
  });
  return problems.some(isLeftOut) ? [{ field: region, message: NOBODY }, ...named] : named;
}
