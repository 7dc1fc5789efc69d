import type { Job } from "bullmq";
import { leaveToOther } from "./leave-job.ts";
import type { RegionContext } from "../region/region-context.ts";
import { stageKeyOf } from "../region/stage-key-of.ts";

/** A job, and the token by which this worker holds its lock. */
export type HeldJob = {
  readonly job: Job;
  readonly token: string;
  /** How far it is, where it takes several lots: how many people its batches are to. @default 0 */
  readonly taken?: number;
};

/** What becomes of a stage once the job's data is stored. */
export type StageEnd = {
  readonly id: string;
  readonly end:
    /** One piece is done with. */
    | { readonly kind: "drop_piece"; readonly piece: number }
    /** All of it is. Not `DEL`: freeing thousands of pieces would keep everybody else waiting. */
    | { readonly kind: "drop" }
    /** What is left of it is kept as long as the result is, in milliseconds. */
    | { readonly kind: "keep"; readonly forMs: number };
};

/** What is written together with the data. */
export type Beside = {
  readonly stage?: StageEnd | null;
  /** For whoever reads the job's log. */
  readonly line?: string;
  /** Whether the send has ended. @default false */
  readonly hasEnded?: boolean;
};

/**
 * Replaces a job's data, in one step with the look whether this worker still holds the job, and with the end of the
 * recipients who are staged for it: while they are needed they are there.
 *
 * A worker that was frozen wakes up with what it knew then. Without this look it would write that a send is expired, or
 * that nothing of it is accepted yet, over what another worker has found out since, and people would be texted twice by
 * whoever believes it: the next worker, or a retry of the send.
 *
 * @throws when another worker has the job
 */
export async function storeData(
  context: RegionContext,
  { job, token }: HeldJob,
  data: object,
  { stage = null, line = "", hasEnded = false }: Beside = {},
): Promise<void> {
  const key = context.queue.toKey(String(job.id));
  const stored = await context.scripts.store({
    keys: [key, `${key}:lock`, `${key}:logs`, stage ? stageKeyOf(context, stage.id) : key],
    values: [token, JSON.stringify(data), line, ...endInValues(stage?.end), hasEnded ? 1 : 0],
  });
  if (stored !== 1) leaveToOther();
  job.data = data;
}

function endInValues(end: StageEnd["end"] | undefined): [kind: string, operand: number] {
  switch (end?.kind) {
    case "drop_piece":
      return [end.kind, end.piece];
    case "keep":
      return [end.kind, end.forMs];
    case "drop":
      return [end.kind, 0];
    case undefined:
      return ["", 0];
    default:
      return end satisfies never;
  }
}
