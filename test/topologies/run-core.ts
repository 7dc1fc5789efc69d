import { setTimeout as pause } from "node:timers/promises";
import { judge, type Verdict } from "../chaos/judge.ts";
import { eventually } from "../stage/eventually.ts";
import { batchesOf } from "../stage/batches-of.ts";
import { campaign, order, person, shorts } from "./orders.ts";
import { readBack } from "./read-back.ts";
import { type CoreRig, setUpCore } from "./set-up-core.ts";
import type { Topology } from "./topology.ts";

/** How much is asked for. */
export type CoreLoad = {
  /** People of the one large send. */
  readonly large: number;
  /** Recipients a second. */
  readonly rate: number;
  /** For how long Redis is left as it was struck, beyond what the striking takes, in milliseconds. */
  readonly lastsMs: number;
};

/** What came of the core on one topology. */
export type CoreReport = Omit<Verdict, "violations"> & {
  readonly how: string;
  /** Sends of which Redis knew nothing when they were asked for once more. */
  readonly sendsForgotten: number;
  /** The longest time without an accepted batch from the fault on, in milliseconds. */
  readonly silentMs: number;
  readonly durationMs: number;
  /** Whatever must not be. */
  readonly problems: readonly string[];
};

const BATCHES_BEFORE = 3;

const LONGEST_END_MS = 120_000;

const SHORTS = 20;

const DUE_AFTER_MS = 5_000;

const HOUR_MS = 3_600_000;

/** Runs a campaign and all else that people do on a topology, with its fault in the middle, and judges by what the provider has. */
export async function runCore(topology: Topology, load: CoreLoad): Promise<CoreReport> {
  const startedAt = Date.now();
  const ground = await topology.start();
  const rig = await setUpCore(ground, load.rate).catch(async (error: unknown) => {
    const denied = (await ground.denied?.()) ?? [];
    await ground.close();
    throw new Error(`it does not start: ${[error, ...denied].join("; ")}`, { cause: error });
  });
  try {
    const before = await begin(rig, load.large);
    const struckAt = Date.now();
    await ground.strike();
    const meanwhile = act(rig);
    await pause(load.lastsMs);
    await ground.heal();
    await meanwhile;
    const forgotten = await rig.service.askAgain();
    const { producer, until, idOf } = rig.service;
    // What was answered right before the fault may be forgotten: it is made once more, too.
    const canceled = await until(async () => producer.cancel(idOf("canceled")));
    const changes = { send_at: new Date(Date.now() + 1_000).toISOString() };
    const { id } = await until(async () => producer.retry(idOf("canceled"), { changes }));
    rig.service.note(order("retried", [person(4)]), id);
    const problems = await readBack(rig, { ...before, canceled });
    const ends = await rig.service.ends(new Set(["canceled"]), LONGEST_END_MS);
    const batches = batchesOf(rig.emulator);
    const { violations, ...verdict } = judge(ends, batches, {
      mayBeTwice: new Set(),
      mayBeLeftOut: new Set(before.optedOut),
    });
    return {
      ...verdict,
      how: ground.how,
      sendsForgotten: forgotten.length,
      silentMs: longestSilence(
        batches.map(({ accepted_at }) => accepted_at).filter((at) => at >= struckAt),
        struckAt,
      ),
      durationMs: Date.now() - startedAt,
      problems: [
        ...violations.map(({ kind, text }) => `${kind}: ${text}`),
        ...problems,
        ...((await ground.denied?.()) ?? []),
      ],
    };
  } finally {
    await rig.close();
    await ground.close();
  }
}

/** What there is when Redis is struck: a campaign under way, short sends, one that is not due, somebody who has opted out. */
async function begin({ service, emulator }: CoreRig, large: number): Promise<{ readonly optedOut: string[] }> {
  const optedOut = [campaign(large).numbers.at(-1) ?? "", person(6)];
  await service.until(async () => service.producer.suppressions.add(optedOut));
  const later = new Date(Date.now() + HOUR_MS).toISOString();
  await service.ask(order("canceled", [person(4)], { send_at: later }));
  await service.ask(campaign(large));
  for (const each of shorts("before", 1, SHORTS)) await service.ask(each);
  await eventually(() => emulator.stats().batches >= BATCHES_BEFORE, "the first batches");
  return { optedOut };
}

/** What people do while Redis is struck: each call is repeated until it is answered. */
async function act({ service }: CoreRig): Promise<void> {
  const { producer, until, idOf } = service;
  const due = new Date(Date.now() + DUE_AFTER_MS).toISOString();
  await Promise.all([
    until(async () => producer.cancel(idOf("canceled"))),
    service.ask(order("urgent", [person(3)], { priority: "urgent" })),
    service.ask(order("due", [person(5)], { send_at: due })),
    service.ask(order("opted-out", [person(6), person(7)])),
    ...shorts("meanwhile", 2, SHORTS).map(async (each) => service.ask(each)),
  ]);
}

function longestSilence(times: readonly number[], from: number): number {
  const sorted = [from, ...times].sort((one, other) => one - other);
  return Math.max(0, ...sorted.slice(1).map((at, index) => at - (sorted[index] ?? at)));
}
