import type { SendResult } from "@volley/contract";
import { people } from "../stage/people.ts";
import { planOf } from "./plan-strike.ts";
import type { ProviderBatch } from "./provider.ts";
import type { EndedSend } from "./wait-for-ends.ts";

/** Something that must never be, about one send or one batch. */
export type Violation = {
  readonly kind:
    "twice" | "lost" | "unknown" | "not_ended" | "failed" | "miscounted" | "batches_differ" | "wrong_region";
  /** The key of the send; `null` for a batch that belongs to none. */
  readonly key: string | null;
  readonly text: string;
};

/** How a run ended, with the provider as the oracle. */
export type Verdict = {
  readonly asked: number;
  readonly once: number;
  readonly twice: number;
  /** Neither texted nor accounted for by a result as not sent. */
  readonly lost: number;
  /** Recipients that results call unknown. */
  readonly unknown: number;
  readonly adopted: number;
  readonly violations: readonly Violation[];
};

/** Compares what was asked for and what the results say with what the provider accepted. */
export function judge(sends: readonly EndedSend[], batches: readonly ProviderBatch[]): Verdict {
  const texted = countTexts(batches);
  const perSend = sends.map((send) => judgeSend(send, texted));
  const results = sends.flatMap(({ end }) => (end.kind === "settled" ? [end.result] : []));
  const sum = (count: (one: (typeof perSend)[number]) => number): number =>
    perSend.reduce((total, one) => total + count(one), 0);
  return {
    asked: sum(({ asked }) => asked),
    once: sum(({ once }) => once),
    twice: sum(({ twice }) => twice),
    lost: sum(({ lost }) => lost),
    unknown: results.reduce((total, { recipients }) => total + recipients.unknown, 0),
    adopted: results.flatMap(({ batches: own }) => own).filter(({ adopted }) => adopted).length,
    violations: [...perSend.flatMap(({ violations }) => violations), ...compareBatches(sends, batches)],
  };
}

function countTexts(batches: readonly ProviderBatch[]): Map<string, string[]> {
  const texted = new Map<string, string[]>();
  for (const { to, plan, withdrawn } of batches) {
    if (withdrawn) continue;
    for (const number of to) texted.set(number, [...(texted.get(number) ?? []), plan]);
  }
  return texted;
}

function judgeSend({ asked: { ask, id }, end }: EndedSend, texted: ReadonlyMap<string, readonly string[]>) {
  const numbers = people(ask.recipients, ask.first);
  const times = numbers.map((number) => texted.get(number)?.length ?? 0);
  const twice = times.filter((count) => count > 1).length;
  const never = times.filter((count) => count === 0).length;
  const lost = Math.max(0, never - accountedAsNotSent(end));
  const unknown = end.kind === "settled" ? end.result.recipients.unknown : 0;
  const strayed = numbers.some((number) => texted.get(number)?.some((plan) => plan !== planOf(ask.region)));
  const found: [Violation["kind"], string | null][] = [
    ["twice", twice > 0 ? `${twice} recipients were texted more than once` : null],
    ["lost", lost > 0 ? `${lost} recipients were not texted` : null],
    ["unknown", unknown > 0 ? `${unknown} recipients are called unknown, although the provider could be asked` : null],
    ["wrong_region", strayed ? "texted by another region's plan" : null],
    ["not_ended", end.kind === "gone" ? "its job is gone" : end.kind === "open" ? `its job is ${end.state}` : null],
    ["failed", end.kind === "failed" ? `its job failed: ${end.reason}` : null],
    ["miscounted", end.kind === "settled" ? miscount(end.result, ask, numbers.length - never) : null],
  ];
  const violations = found.flatMap(([kind, text]) =>
    text === null ? [] : [{ kind, key: ask.key, text: `${id}: ${text}` }],
  );
  return { asked: numbers.length, once: times.filter((count) => count === 1).length, twice, lost, violations };
}

function accountedAsNotSent(end: EndedSend["end"]): number {
  if (end.kind !== "settled") return 0;
  const { expired, canceled, suppressed, unknown } = end.result.recipients;
  return expired + canceled + suppressed + unknown;
}

function miscount({ recipients }: SendResult, ask: EndedSend["asked"]["ask"], texted: number): string | null {
  const { requested, ...ended } = recipients;
  const total = Object.values(ended).reduce((sum, count) => sum + count, 0);
  const wanted = ask.recipients + ask.duplicates + ask.invalid;
  if (requested !== wanted) return `the result says ${requested} were requested, ${wanted} were`;
  if (total !== requested) return `the result's counts come to ${total} of ${requested}`;
  if (ended.duplicate !== ask.duplicates) return `${ended.duplicate} duplicates of ${ask.duplicates}`;
  if (ended.rejected !== ask.invalid) return `${ended.rejected} rejected, ${ask.invalid} are no numbers`;
  if (ended.accepted !== texted) return `the result says ${ended.accepted} were accepted, ${texted} were texted`;
  return null;
}

/** Each batch at the provider is in exactly one result, and no result has a batch that is not there. */
function compareBatches(sends: readonly EndedSend[], batches: readonly ProviderBatch[]): Violation[] {
  const there = new Map(batches.map((batch) => [batch.id, batch] as const));
  const claimedBy = new Map<string, string[]>();
  const violations: Violation[] = [];
  const differ = (key: string | null, text: string): void =>
    void violations.push({ kind: "batches_differ", key, text });
  for (const { asked, end } of sends) {
    if (end.kind !== "settled") continue;
    for (const { id, recipients } of end.result.batches) {
      claimedBy.set(id, [...(claimedBy.get(id) ?? []), asked.ask.key]);
      const batch = there.get(id);
      if (batch === undefined) differ(asked.ask.key, `${asked.id}: its batch ${id} is not at the provider`);
      else if (batch.to.length !== recipients) {
        differ(
          asked.ask.key,
          `${asked.id}: ${recipients} recipients in batch ${id}, ${batch.to.length} at the provider`,
        );
      }
    }
  }
  for (const { id, client_reference } of batches) {
    const claims = claimedBy.get(id) ?? [];
    if (claims.length === 0) differ(null, `batch ${id} (${client_reference ?? "no reference"}) is in no result`);
    if (claims.length > 1) differ(claims[0] ?? null, `batch ${id} is in the results of ${claims.join(" and ")}`);
  }
  return violations;
}
