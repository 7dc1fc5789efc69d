import { InvalidSendError, type Problem, readSend, type Send } from "@volley/contract";

/**
 * Checks the sends of all regions before the first one is put on its queue. A send that is refused after another one went
 * out would leave a file half sent, and the corrected file counts as a new one.
 *
 * @param sends - by region
 * @param now - the time that limits are counted from
 * @throws InvalidSendError with every mistake; what is wrong in all regions is said once
 */
export function checkSends(sends: ReadonlyMap<string, Send>, now: Date): void {
  const problems = new Map<string, Problem>();
  for (const [region, send] of sends) {
    for (const problem of problemsIn(region, send, now)) problems.set(`${problem.field}\n${problem.message}`, problem);
  }
  if (problems.size > 0) throw new InvalidSendError([...problems.values()]);
}

function problemsIn(region: string, send: Send, now: Date): Problem[] {
  const read = readSend(send, now);
  if (read.ok) return [];
  return read.problems.map(({ field, message }) => ({
    field: field.startsWith("to") || field.startsWith("parameters") ? `${region}: ${field}` : field,
    message,
  }));
}
