import { sendResultSchema, type SendResult } from "@volley/contract";
import type { Asked } from "./asked.ts";
import type { CarefulService } from "./careful-service.ts";

/** How a send ended. */
export type SendEnd =
  | { readonly kind: "settled"; readonly result: SendResult }
  | { readonly kind: "failed"; readonly reason: string }
  /** Redis knows no such job. */
  | { readonly kind: "gone" }
  /** It had not ended when the time was over. */
  | { readonly kind: "open"; readonly state: string };

/** A send and its end. */
export type EndedSend = { readonly asked: Asked; readonly end: SendEnd };

const LOOK_EVERY_MS = 500;

const LOOKS_AT_ONCE = 50;

/** A job that is not there this often is gone. */
const LOOKS_UNTIL_GONE = 10;

/** Waits until every send has ended, at most for so long. */
export async function waitForEnds(
  service: Pick<CarefulService, "asked" | "queue">,
  longestMs: number,
  pause: (ms: number) => Promise<void>,
): Promise<EndedSend[]> {
  const ends = new Map<string, SendEnd>();
  const missed = new Map<string, number>();
  const asked = service.asked();
  const deadline = Date.now() + longestMs;
  for (;;) {
    const open = asked.filter(({ key }) => !isFinal(ends.get(key), missed.get(key) ?? 0));
    for (let start = 0; start < open.length; start += LOOKS_AT_ONCE) {
      await Promise.all(
        open.slice(start, start + LOOKS_AT_ONCE).map(async (one) => {
          const end = await lookAt(service, one);
          ends.set(one.key, end);
          if (end.kind === "gone") missed.set(one.key, (missed.get(one.key) ?? 0) + 1);
        }),
      );
    }
    const isDone = asked.every(({ key }) => isFinal(ends.get(key), missed.get(key) ?? 0));
    if (isDone || Date.now() > deadline) break;
    await pause(LOOK_EVERY_MS);
  }
  return asked.map((one) => ({ asked: one, end: ends.get(one.key) ?? { kind: "gone" } }));
}

function isFinal(end: SendEnd | undefined, missed: number): boolean {
  if (end === undefined) return false;
  return end.kind === "settled" || end.kind === "failed" || (end.kind === "gone" && missed >= LOOKS_UNTIL_GONE);
}

async function lookAt(service: Pick<CarefulService, "queue">, { region, id }: Asked): Promise<SendEnd> {
  const queue = service.queue(region);
  const state = await queue.getJobState(id);
  if (state === "unknown") return { kind: "gone" };
  if (state !== "completed" && state !== "failed") return { kind: "open", state };
  // Read after its state: a job that was read before may lack its result.
  const job = await queue.getJob(id);
  if (job === undefined) return { kind: "gone" };
  if (state === "failed") return { kind: "failed", reason: job.failedReason };
  const result = sendResultSchema.safeParse(job.returnvalue);
  return result.success
    ? { kind: "settled", result: result.data }
    : { kind: "failed", reason: "its return value is not a result" };
}
