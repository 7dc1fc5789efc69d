import type { HeardInbound } from "@volley/emulator";
import { people } from "../stage/people.ts";
import type { RedisCrash } from "./asked.ts";
import type { PlannedAnswer, Saying } from "./chaos-plan.ts";
import type { Violation } from "./judge.ts";
import type { ProviderBatch } from "./provider.ts";

/** One answer of somebody, by the provider's clock. */
export type Said = {
  readonly says: Saying;
  readonly at: number;
  /** When our 200 to it had come; `null` where it did not. */
  readonly acknowledgedAt: number | null;
  /** Whether Redis may have forgotten it after that. */
  readonly isForgotten: boolean;
};

/** Somebody who has answered. */
export type Answering = {
  readonly number: string;
  /** When their send was asked for. */
  readonly askedAt: number;
  /** Everything that they have said, in its order. */
  readonly said: readonly Said[];
};

/** What became of opt-outs. */
export type OptOuts = {
  readonly acknowledged: number;
  /** People in a batch that was handed over after their opt-out was acknowledged. */
  readonly texted: number;
  /** People in one that came so soon after it that its request had begun before. */
  readonly begun: number;
  /** People in one after Redis had forgotten their opt-out. */
  readonly forgotten: number;
  readonly violations: readonly Violation[];
};

/** A request that has passed the fence is written within so long, or not at all: the guarantee's limit, in milliseconds. */
const BEGUN_MS = 2_000;

/** What was acknowledged so long before Redis died may be forgotten, and what was in the moment in which it did. */
const FORGOTTEN_MS = { before: 2_000, after: 500 } as const;

/** Puts together who has answered what. @param startedAt - of the run */
export function answeringOf(
  planned: readonly PlannedAnswer[],
  heard: readonly HeardInbound[],
  { startedAt, crashes }: { readonly startedAt: number; readonly crashes: readonly RedisCrash[] },
): Answering[] {
  const sayings = new Map(planned.map(({ text, says }) => [text, says] as const));
  const saidBy = new Map<string, Said[]>();
  for (const { from, body, received_at, acknowledged_at } of heard) {
    const at = Date.parse(received_at);
    const says = sayings.get(String(body)) ?? "no";
    const isForgotten = acknowledged_at !== null && crashes.some((crash) => mayForget(crash, acknowledged_at));
    const said = { says, at, acknowledgedAt: acknowledged_at, isForgotten };
    saidBy.set(from, [...(saidBy.get(from) ?? []), said]);
  }
  const askedAt = new Map(planned.map((each) => [numberOf(each.person), startedAt + each.askedAtMs] as const));
  return [...askedAt].map(([number, asked]) => ({
    number,
    askedAt: asked,
    said: (saidBy.get(number) ?? []).sort((a, b) => a.at - b.at),
  }));
}

/** The number of somebody by their index among all recipients. */
export function numberOf(person: number): string {
  return people(1, person)[0] ?? "";
}

function mayForget({ killedAt, isForgetful }: RedisCrash, acknowledgedAt: number): boolean {
  const { before, after } = FORGOTTEN_MS;
  return isForgetful && acknowledgedAt >= killedAt - before && acknowledgedAt <= killedAt + after;
}

/** Who may be left out: those who have opted out, and had not taken it back for certain when their send was asked for. */
export function mayBeLeftOut(answering: readonly Answering[]): ReadonlySet<string> {
  const left = answering.filter(({ askedAt, said }) =>
    said.some(
      (stop) =>
        isOptOut(stop) &&
        !said.some(
          (start) => takesBack(start, stop) && !start.isForgotten && (start.acknowledgedAt ?? Infinity) < askedAt,
        ),
    ),
  );
  return new Set(left.map(({ number }) => number));
}

/** Whom the provider was handed after their opt-out was acknowledged. */
export function judgeOptOuts(answering: readonly Answering[], batches: readonly ProviderBatch[]): OptOuts {
  const saidBy = new Map(answering.map(({ number, said }) => [number, said] as const));
  const late: Record<"texted" | "begun" | "forgotten", number> = { texted: 0, begun: 0, forgotten: 0 };
  const violations: Violation[] = [];
  for (const { id, to, accepted_at } of batches) {
    for (const number of to) {
      const how = lateness(saidBy.get(number) ?? [], accepted_at);
      if (how === null) continue;
      late[how.kind] += 1;
      const text = `${number} is in batch ${id}, ${how.byMs} ms after their opt-out was acknowledged`;
      if (how.kind === "texted") violations.push({ kind: "opted_out", key: null, text });
    }
  }
  const acknowledged = answering
    .flatMap(({ said }) => said)
    .filter((each) => isOptOut(each) && each.acknowledgedAt !== null).length;
  return { acknowledged, ...late, violations };
}

type Lateness = { readonly kind: "texted" | "begun" | "forgotten"; readonly byMs: number };

/** How late somebody was texted who had opted out by then, and not taken it back. @returns `null` where they had not */
function lateness(said: readonly Said[], at: number): Lateness | null {
  const before = said.filter(
    (stop) => isOptOut(stop) && !said.some((start) => takesBack(start, stop) && start.at <= at),
  );
  const byMs = (stops: readonly Said[]): number =>
    Math.max(...stops.map(({ acknowledgedAt }) => at - (acknowledgedAt ?? Infinity)));
  const kept = byMs(before.filter(({ isForgotten }) => !isForgotten));
  if (kept > 0) return { kind: kept > BEGUN_MS ? "texted" : "begun", byMs: kept };
  const forgotten = byMs(before);
  return forgotten > 0 ? { kind: "forgotten", byMs: forgotten } : null;
}

/** Whom the list should have, and has not, or the other way round, after everything that they have said. */
export function compareList(
  { number, said }: Answering,
  entries: readonly { readonly kind: string }[],
): Violation | null {
  const open = said.filter((stop) => isOptOut(stop) && !said.some((start) => takesBack(start, stop)));
  const wanted = open.some(({ says }) => says === "stop") ? "stop" : open.length > 0 ? "maybe" : "nothing";
  const has = entries.map(({ kind }) => kind).join() || "nothing";
  if (wanted === has) return null;
  return { kind: "opted_out", key: null, text: `${number} has ${has} on the list, and not ${wanted}` };
}

function isOptOut({ says }: Said): boolean {
  return says === "stop" || says === "maybe";
}

function takesBack(start: Said, stop: Said): boolean {
  return start.says === "start" && start.at > stop.at;
}
