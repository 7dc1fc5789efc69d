import type { SendStatus } from "@volley/producer";
import type { Violation } from "./judge.ts";
import type { Provider } from "./provider.ts";
import type { EndedSend } from "./wait-for-ends.ts";

/** What is counted of the ends of messages. */
export type Tallies = {
  /** Messages whose ends are counted as the provider knows them. */
  readonly reported: number;
  readonly violations: readonly Violation[];
};

/** What it is asked of. */
export type TallySources = {
  readonly provider: Pick<Provider, "endsOf">;
  /** What `producer.status` says. */
  readonly statusOf: (id: string, region: string) => Promise<SendStatus | null>;
  readonly pause: (ms: number) => Promise<void>;
};

const LOOK_EVERY_MS = 1_000;

/**
 * Waits until the counts of every send are what the provider knows of its batches, at most for so long. What is missing then, or
 * too much, is a violation; what is too much never goes away.
 */
export async function waitForTallies(
  sends: readonly EndedSend[],
  sources: TallySources,
  longestMs: number,
): Promise<Tallies> {
  const deadline = Date.now() + longestMs;
  let open = sends;
  let reported = 0;
  for (;;) {
    const violations: Violation[] = [];
    const left: EndedSend[] = [];
    for (const send of open) {
      const { problem, ended } = await compare(send, sources);
      if (problem === null) reported += ended;
      else {
        violations.push({ kind: "tally", key: send.asked.key, text: `${send.asked.id}: ${problem}` });
        left.push(send);
      }
    }
    if (left.length === 0 || Date.now() > deadline) return { reported, violations };
    open = left;
    await sources.pause(LOOK_EVERY_MS);
  }
}

async function compare(
  { asked, end }: EndedSend,
  { provider, statusOf }: TallySources,
): Promise<{ readonly problem: string | null; readonly ended: number }> {
  // One that has not ended is a violation of its own.
  if (end.kind !== "settled") return { problem: null, ended: 0 };
  const wanted: Record<string, number> = {};
  for (const { id } of end.result.batches) {
    for (const [name, count] of Object.entries(await provider.endsOf(asked.region, id)))
      wanted[name] = (wanted[name] ?? 0) + count;
  }
  const delivery: Readonly<Record<string, unknown>> | null = (await statusOf(asked.id, asked.region))?.delivery ?? null;
  if (delivery === null) return { problem: "no reports are counted", ended: 0 };
  const wrong = Object.entries(wanted).filter(([name, count]) => delivery[name] !== count);
  const isOpen = delivery["open"] !== 0;
  if (wrong.length === 0 && !isOpen) return { problem: null, ended: Object.values(wanted).reduce((a, b) => a + b, 0) };
  const words = wrong.map(([name, count]) => `${name} ${String(delivery[name])}, not ${count}`);
  return { problem: [...words, `${String(delivery["open"])} open`].join("; "), ended: 0 };
}
