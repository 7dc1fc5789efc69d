import { InvalidSendError, type Problem, readSend, readStagedSend, type Send } from "@volley/contract";
import type { SendsFromPeople } from "../people/sends-from-people.ts";
import { isAboutRecipients } from "./name-lines.ts";

/** A stage that nobody has: only what is beside it is looked at. */
const NO_STAGE = { id: "none", recipients: 1 };

/** Says where in the file the problems with a region's recipients are. */
export type NameProblems = (region: string, problems: readonly Problem[]) => Promise<readonly Problem[]>;

/**
 * Checks the sends of all regions before the first one is put on its queue. A send that is refused after another one went
 * out would leave a file half sent, and the corrected file counts as a new one.
 *
 * Of a send that is read from its file once more the message alone is looked at: its first people say nothing about the
 * others.
 *
 * @param sends - by region
 * @param now - the time that limits are counted from
 * @param nameProblems - asked once for each region with recipients or values that are wrong
 * @throws InvalidSendError with every mistake; what is wrong in all regions is said once
 */
export async function checkSends(
  { sends, large }: Pick<SendsFromPeople, "sends" | "large">,
  now: Date,
  nameProblems: NameProblems,
): Promise<void> {
  const ofMessage: Problem[] = [];
  const ofRecipients: Problem[] = [];
  for (const [region, send] of sends) {
    const problems = problemsIn(send, large.has(region), now);
    ofMessage.push(...problems.filter((problem) => !isAboutRecipients(problem)));
    const inRegion = problems.filter(isAboutRecipients);
    if (inRegion.length > 0) ofRecipients.push(...(await nameProblems(region, inRegion)));
  }
  refuse([...ofMessage, ...ofRecipients]);
}

/** @throws InvalidSendError when there are any, each said once */
export function refuse(problems: readonly Problem[]): void {
  const distinct = new Map(problems.map((problem) => [`${problem.field}\n${problem.message}`, problem]));
  if (distinct.size > 0) throw new InvalidSendError([...distinct.values()]);
}

function problemsIn(send: Send, isLarge: boolean, now: Date): readonly Problem[] {
  const { to: _, parameters: __, ...message }: { readonly to?: unknown; readonly parameters?: unknown } = send;
  const read = isLarge ? readStagedSend({ ...message, staged: NO_STAGE }, now) : readSend(send, now);
  return read.ok ? [] : read.problems;
}
