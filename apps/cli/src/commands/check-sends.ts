import { InvalidSendError, type Problem, readSend, readStagedSend, type Send } from "@volley/contract";
import type { SendsFromPeople } from "../csv/sends-from-people.ts";

/** A stage that nobody has: only what is beside it is looked at. */
const NO_STAGE = { id: "none", recipients: 1 };

/**
 * Checks the sends of all regions before the first one is put on its queue. A send that is refused after another one went
 * out would leave a file half sent, and the corrected file counts as a new one.
 *
 * Of a send that is read from its file once more the message alone is looked at: its first people say nothing about the
 * others.
 *
 * @param sends - by region
 * @param now - the time that limits are counted from
 * @throws InvalidSendError with every mistake; what is wrong in all regions is said once
 */
export function checkSends({ sends, large }: Pick<SendsFromPeople, "sends" | "large">, now: Date): void {
  refuse([...sends].flatMap(([region, send]) => problemsIn(region, send, { isLarge: large.has(region), now })));
}

/** @throws InvalidSendError when there are any, each said once */
export function refuse(problems: readonly Problem[]): void {
  const distinct = new Map(problems.map((problem) => [`${problem.field}\n${problem.message}`, problem]));
  if (distinct.size > 0) throw new InvalidSendError([...distinct.values()]);
}

function problemsIn(
  region: string,
  send: Send,
  { isLarge, now }: { readonly isLarge: boolean; readonly now: Date },
): Problem[] {
  const { to: _, parameters: __, ...message }: { readonly to?: unknown; readonly parameters?: unknown } = send;
  const read = isLarge ? readStagedSend({ ...message, staged: NO_STAGE }, now) : readSend(send, now);
  if (read.ok) return [];
  return read.problems.map(({ field, message: sentence }) => ({
    field: field.startsWith("to") || field.startsWith("parameters") ? `${region}: ${field}` : field,
    message: sentence,
  }));
}
