import type { ChaosPlan } from "./chaos-plan.ts";
import type { Violation } from "./judge.ts";
import { type Answering, answeringOf, compareList } from "./opt-outs.ts";
import type { Targets } from "./perform-strike.ts";

/** Who has answered what, and where the list of opt-outs does not say the same. */
export type Answers = { readonly people: readonly Answering[]; readonly violations: readonly Violation[] };

const LOOK_EVERY_MS = 1_000;

/**
 * Waits until every answer is acknowledged and stands on the list as it is to, also those that Redis has forgotten: the workers
 * poll for them. What does not within so long is a violation.
 */
export async function waitForAnswers(
  { answers }: ChaosPlan,
  { provider, service, diary: { startedAt }, pause }: Pick<Targets, "provider" | "service" | "diary" | "pause">,
  longestMs: number,
): Promise<Answers> {
  const deadline = Date.now() + longestMs;
  for (;;) {
    const heard = await provider.inbounds();
    const people = answeringOf(answers, heard, { startedAt, crashes: service.crashes() });
    const open = heard.filter(({ acknowledged_at }) => acknowledged_at === null);
    const wrong = await Promise.all(
      people.map(async (each) => compareList(each, await service.entriesOf(each.number))),
    );
    const violations = wrong.filter((each) => each !== null);
    const text = `${open.length} answers are not acknowledged`;
    if (open.length > 0) violations.push({ kind: "opted_out", key: null, text });
    if (violations.length === 0 || Date.now() > deadline) return { people, violations };
    await pause(LOOK_EVERY_MS);
  }
}
