import { sendId, type SendResult } from "@volley/contract";
import { createNumbering, listWaiting, openProofs, openSuppressionList, type Scope } from "@volley/opt-outs";
import { lookAtAll, type Memory } from "../packages/worker/src/change/take-out-round.ts";
import type { RegionContext } from "../packages/worker/src/region/region-context.ts";
import { SILENT_OBSERVER } from "../packages/worker/src/terms/observer.ts";
import { type RegionRig, startRegionRig, textTo } from "./region-rig.ts";
import { stepContext } from "./step-context.ts";

const HOUR_MS = 3_600_000;

/** Whatever is sent within two hours is handed over at once. */
export const LEAD = { leadMs: 2 * HOUR_MS };

/** The sender of whatever is sent without another. */
export const SENDER: Scope = { sender: "12015550123" };

export function inAnHour(): string {
  return new Date(Date.now() + HOUR_MS).toISOString();
}

/** A region in which people opt out while batches with them wait at the provider, looked at round by round. */
export type TakeOutRig = Awaited<ReturnType<typeof startTakeOutRig>>;

/** Starts a rig; whoever does closes it. */
export async function startTakeOutRig() {
  const rig = await startRegionRig();
  /** What was told to be counted. */
  const told: unknown[] = [];
  const takenOut = ({ outcome, recipients }: { outcome: string; recipients: number }): void => {
    told.push([outcome, recipients]);
  };
  const context: RegionContext = { ...stepContext(rig), observer: { ...SILENT_OBSERVER, takenOut } };
  const memory: Memory = { seen: new Map(), rests: new Map(), counted: new Map(), againAt: 0 };
  const list = () => openSuppressionList({ ...rig, numbering: createNumbering() });

  /** One round, of a worker that remembers those before it. */
  const round = async (changes: Partial<RegionContext> = {}): Promise<void> => {
    await lookAtAll({ ...context, ...changes }, await listWaiting(rig), memory, async () => true);
  };
  /** One round, of a worker that has rested before. */
  const look = async (changes: Partial<RegionContext> = {}): Promise<void> => {
    memory.againAt = 0;
    memory.rests.clear();
    memory.counted.clear();
    await round(changes);
  };
  /** How many requests there were. */
  const requests = (method: string, path: string): number =>
    rig.emulator.requests().filter((each) => each.method === method && each.path.includes(path)).length;

  return {
    rig,
    context,
    memory,
    told,
    list,
    round,
    look,
    requests,
    lookTwice: async (): Promise<void> => {
      await look();
      await look();
    },
    lookAt: async (id: string): Promise<SendResult> => {
      await look();
      return rig.resultOf(id);
    },
    updates: (): number => requests("POST", "/batches/"),
    /** How long batches rest, of which the time is moved. */
    rested: (againAt: number): number[] => {
      for (const [id, rest] of memory.rests) memory.rests.set(id, { ...rest, againAt });
      return [...memory.rests.values()].map(({ pauseMs }) => pauseMs);
    },
    /** What the proof says of late batches. */
    became: async (number: string): Promise<string[]> => {
      const { late } = await openProofs({ ...rig, numbering: createNumbering() }).read(number);
      return late.map((batch) => batch.became);
    },
    optOut: async (...people: string[]): Promise<void> => {
      const said = { kind: "stop", at: new Date(), who: "inbound", why: "STOP" } as const;
      await list().add(people.map((number) => ({ number, scope: SENDER, ...said })));
    },
    accept: async (to: readonly string[], more = {}): Promise<string> => accept(rig, to, more),
    /** Who gets something from the provider, now or later. */
    reached: (): string[] => rig.emulator.batches().flatMap(({ to, withdrawn }) => (withdrawn ? [] : to)),
    close: async (): Promise<void> => rig.close(),
  };
}

/** Lets the provider accept a send for later, by a worker that then stops. @returns its ID */
async function accept(rig: RegionRig, to: readonly string[], more: object): Promise<string> {
  const worker = await rig.startWorker({ settings: LEAD });
  const id = sendId("eu");
  await rig.add({ ...textTo(...to), send_at: inAnHour(), ...more }, { jobId: id });
  await rig.resultOf(id);
  await worker.close();
  return id;
}
