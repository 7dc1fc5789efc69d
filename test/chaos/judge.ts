import type { SendResult } from "@volley/contract";
import { planOf } from "./plan-strike.ts";
import type { Asked } from "./asked.ts";
import type { ProviderBatch } from "./provider.ts";
import { nameOf } from "./send-of-ask.ts";
import type { EndedSend } from "./wait-for-ends.ts";

/** Something that must never be, about one send or one batch. */
export type Violation = {
  readonly kind:
    | "twice"
    | "lost"
    | "unknown"
    | "not_ended"
    | "failed"
    | "miscounted"
    | "batches_differ"
    | "wrong_region"
    | "wrong_text"
    | "opted_out"
    | "tally";
  /** The key of the send; `null` for a batch that belongs to none. */
  readonly key: string | null;
  readonly text: string;
};

/** Recipients of whom less is wanted than that they are texted once. */
export type Exceptions = {
  /** More than one text is no violation. */
  readonly mayBeTwice: ReadonlySet<string>;
  /** Neither is none. */
  readonly mayBeLeftOut: ReadonlySet<string>;
};

const NOBODY: Exceptions = { mayBeTwice: new Set(), mayBeLeftOut: new Set() };

/** How a run ended, with the provider as the oracle. */
export type Verdict = {
  readonly asked: number;
  readonly once: number;
  readonly twice: number;
  /** Texted twice as well, but where the guarantee says so: coalesced messages that Redis has forgotten. */
  readonly forgotten: number;
  /** Left out of their send, as they had opted out. */
  readonly suppressed: number;
  /** Neither texted nor called unknown by a result. */
  readonly lost: number;
  /** Recipients that results call unknown. */
  readonly unknown: number;
  readonly adopted: number;
  readonly violations: readonly Violation[];
};

/** Compares what was asked for and what the results say with what the provider accepted. */
export function judge(
  sends: readonly EndedSend[],
  batches: readonly ProviderBatch[],
  exceptions: Exceptions = NOBODY,
): Verdict {
  const texted = countTexts(batches);
  const perSend = sends.map((send) => judgeSend(send, texted, exceptions));
  const results = sends.flatMap(({ end }) => (end.kind === "settled" ? [end.result] : []));
  const sum = (count: (one: (typeof perSend)[number]) => number): number =>
    perSend.reduce((total, one) => total + count(one), 0);
  return {
    asked: sum(({ asked }) => asked),
    once: sum(({ once }) => once),
    twice: sum(({ twice }) => twice),
    forgotten: sum(({ forgotten }) => forgotten),
    suppressed: sum(({ suppressed }) => suppressed),
    lost: sum(({ lost }) => lost),
    unknown: results.reduce((total, { recipients }) => total + recipients.unknown, 0),
    adopted: results.flatMap(({ batches: own }) => own).filter(({ adopted }) => adopted).length,
    violations: [...perSend.flatMap(({ violations }) => violations), ...compareBatches(sends, batches, exceptions)],
  };
}

/** One text to a number. */
type Text = { readonly plan: string; readonly name: string | undefined };

function countTexts(batches: readonly ProviderBatch[]): Map<string, Text[]> {
  const texted = new Map<string, Text[]>();
  for (const { to, plan, withdrawn, request } of batches) {
    if (withdrawn) continue;
    const names = request.parameters?.["name"];
    for (const number of to) texted.set(number, [...(texted.get(number) ?? []), { plan, name: names?.[number] }]);
  }
  return texted;
}

function judgeSend(
  { asked, end }: EndedSend,
  texted: ReadonlyMap<string, readonly Text[]>,
  { mayBeTwice, mayBeLeftOut }: Exceptions,
) {
  const { key, id, region, numbers, hasNames } = asked;
  const times = numbers.map((number) => texted.get(number)?.length ?? 0);
  const repeated = numbers.filter((_, index) => (times[index] ?? 0) > 1);
  const forgotten = repeated.filter((number) => mayBeTwice.has(number)).length;
  const twice = repeated.length - forgotten;
  const never = numbers.filter((_, index) => times[index] === 0);
  // Nothing in the plan expires or is canceled: a result that says so has lost them all the same.
  const unknown = end.kind === "settled" ? end.result.recipients.unknown : 0;
  const leftOut = end.kind === "settled" ? never.filter((number) => mayBeLeftOut.has(number)) : [];
  const suppressed = leftOut.length;
  const lost = Math.max(0, never.length - suppressed - unknown);
  const isWrong = (find: (text: Text, number: string) => boolean): boolean =>
    numbers.some((number) => texted.get(number)?.some((text) => find(text, number)));
  const strayed = isWrong(({ plan }) => plan !== planOf(region));
  const misnamed = isWrong(({ name }, number) => name !== (hasNames ? nameOf(number) : undefined));
  const found: [Violation["kind"], string | null][] = [
    ["twice", twice > 0 ? `${twice} recipients were texted more than once` : null],
    ["lost", lost > 0 ? `${lost} recipients were not texted` : null],
    ["unknown", unknown > 0 ? `${unknown} recipients are called unknown, although the provider could be asked` : null],
    ["wrong_region", strayed ? "texted by another region's plan" : null],
    ["wrong_text", misnamed ? "somebody's text has not the name that is theirs" : null],
    ["not_ended", end.kind === "gone" ? "its job is gone" : end.kind === "open" ? `its job is ${end.state}` : null],
    ["failed", end.kind === "failed" ? `its job failed: ${end.reason}` : null],
    ["miscounted", end.kind === "settled" ? miscount(end.result, asked, numbers.length - never.length, leftOut) : null],
  ];
  const violations = found.flatMap(([kind, text]) => (text === null ? [] : [{ kind, key, text: `${id}: ${text}` }]));
  const once = times.filter((count) => count === 1).length;
  return { asked: numbers.length, once, twice, forgotten, suppressed, lost, violations };
}

function miscount(
  { recipients, rejected }: SendResult,
  asked: Asked,
  texted: number,
  leftOut: readonly string[],
): string | null {
  const named = rejected.filter(({ reason }) => reason === "opted_out").map(({ recipient }) => recipient);
  const { requested, ...ended } = recipients;
  const total = Object.values(ended).reduce((sum, count) => sum + count, 0);
  const wanted = asked.numbers.length + asked.duplicates + asked.invalid;
  if (requested !== wanted) return `the result says ${requested} were requested, ${wanted} were`;
  if (total !== requested) return `the result's counts come to ${total} of ${requested}`;
  if (ended.duplicate !== asked.duplicates) return `${ended.duplicate} duplicates of ${asked.duplicates}`;
  if (ended.rejected !== asked.invalid) return `${ended.rejected} rejected, ${asked.invalid} are no numbers`;
  if (ended.accepted !== texted) return `the result says ${ended.accepted} were accepted, ${texted} were texted`;
  if (ended.suppressed !== leftOut.length) return `${ended.suppressed} suppressed, ${leftOut.length} were left out`;
  if (named.sort().join() !== [...leftOut].sort().join()) return "others are named as left out than were";
  return null;
}

/**
 * Each batch at the provider is in exactly one result, and no result has a batch that is not there. Nobody knows of a
 * batch whose send was forgotten.
 */
function compareBatches(
  sends: readonly EndedSend[],
  batches: readonly ProviderBatch[],
  { mayBeTwice }: Exceptions,
): Violation[] {
  const there = new Map(batches.map((batch) => [batch.id, batch] as const));
  const claimedBy = new Map<string, string[]>();
  const violations: Violation[] = [];
  const differ = (key: string | null, text: string): void =>
    void violations.push({ kind: "batches_differ", key, text });
  for (const { asked, end } of sends) {
    if (end.kind !== "settled") continue;
    for (const { id, recipients } of end.result.batches) {
      claimedBy.set(id, [...(claimedBy.get(id) ?? []), asked.key]);
      const batch = there.get(id);
      if (batch === undefined) differ(asked.key, `${asked.id}: its batch ${id} is not at the provider`);
      else if (batch.to.length !== recipients) {
        differ(asked.key, `${asked.id}: ${recipients} recipients in batch ${id}, ${batch.to.length} at the provider`);
      }
    }
  }
  for (const { id, client_reference, to } of batches) {
    const claims = claimedBy.get(id) ?? [];
    const isForgotten = to.every((number) => mayBeTwice.has(number));
    if (claims.length === 0 && !isForgotten)
      differ(null, `batch ${id} (${client_reference ?? "no reference"}) is in no result`);
    if (claims.length > 1) differ(claims[0] ?? null, `batch ${id} is in the results of ${claims.join(" and ")}`);
  }
  return violations;
}
