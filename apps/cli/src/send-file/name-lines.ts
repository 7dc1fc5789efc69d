import type { Problem } from "@volley/contract";
import { linesOf } from "../people/lines-of.ts";
import type { Person } from "../people/read-people.ts";
import { entriesIn, fieldInWords } from "../words/field-in-words.ts";

/** Fields that hold a region's recipients and their values; all the others are the same in every region. */
const ABOUT_RECIPIENTS = /^(to|parameters)\b/;

/** Whether a problem is that of a region's recipients, and not of the message. */
export function isAboutRecipients({ field }: Problem): boolean {
  return ABOUT_RECIPIENTS.test(field);
}

/**
 * Problems of a send as a person finds them in the file: recipients by their region and line.
 *
 * @param people - everybody in the send, read for this once more
 */
export async function nameLines(
  region: string,
  problems: readonly Problem[],
  people: AsyncIterable<Person>,
): Promise<Problem[]> {
  const lines = await linesOf(people, new Set(entriesIn(problems)));
  return problems.map((problem) => {
    const { field, message } = problem;
    return isAboutRecipients(problem) ? { field: `${region}: ${fieldInWords(field, lines)}`, message } : problem;
  });
}
