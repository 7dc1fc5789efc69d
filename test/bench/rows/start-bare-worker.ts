import type { ChildName } from "../bench-process.ts";
import type { ProcessCost } from "../measurement.ts";
import { createMeter } from "../meter.ts";
import type { Rig } from "../rig.ts";
import { batchesUrl, tokenOf } from "../worker-environment.ts";
import { letGo } from "./let-go.ts";

/** What one of its rounds is about. */
type BareRound = {
  readonly count: number;
  /** Whether every message has a text of its own. */
  readonly hasOwnText: boolean;
};

/** The naive way to send: a BullMQ worker that posts each job with got. */
export type BareWorker = {
  /** @returns messages per second, with all jobs on the queue before the clock begins */
  readonly round: (round: BareRound) => Promise<number>;
  readonly costs: () => ProcessCost[];
};

/** Starts a bare worker on the same Redis and provider. */
export async function startBareWorker(rig: Rig, atOnce: number, child: ChildName = "bare-worker"): Promise<BareWorker> {
  const queue = rig.plainQueue("bare");
  const place = { redisUrl: rig.redisUrl, queue: queue.name };
  const worker = rig.startChild(child);
  const adder = rig.startChild("job-adder");
  const url = batchesUrl("us", rig.provider.url);
  await worker.ask("start", { ...place, concurrency: atOnce, url, token: tokenOf("us") });
  const name = child.replace("-", " ");
  const meter = createMeter({ [name]: worker.pid, [`redis of ${name}`]: rig.redisPid });
  let rounds = 0;
  return {
    round: async (wanted) => {
      await rig.provider.reset();
      await queue.pause();
      await adder.ask("singles", { ...place, ...wanted, name: "sms", idPrefix: `bare${(rounds += 1)}` });
      return letGo(rig, queue, meter, wanted.count);
    },
    costs: meter.costs,
  };
}
