import { stageKey } from "@volley/contract";
import type { VolleyEvent } from "@volley/receipts";
import type { RegionContext } from "../region/region-context.ts";
import { toTell } from "../redis/tell-script.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { leaveLost } from "./put-back.ts";

/** What becomes of a stage once the job's data is stored. */
export type StageEnd = {
  readonly id: string;
  readonly end:
    /** One piece is done with. */
    | { readonly kind: "drop_piece"; readonly piece: number }
    /** All of it is. Not `DEL`: freeing thousands of pieces would keep everybody else waiting. */
    | { readonly kind: "drop" }
    /** What is left of it is kept for so long, in milliseconds. */
    | { readonly kind: "keep"; readonly forMs: number };
};

/** A stage is kept as long as the result, to ask about whoever is in it and to send to them once more. */
export function keptStage({ keepResults }: Pick<RegionContext, "keepResults">, id: string): StageEnd {
  return { id, end: { kind: "keep", forMs: keepResults.age * 1_000 } };
}

/** What is written together with the data. */
export type Beside = {
  readonly stage?: StageEnd | null;
  /** For whoever reads the job's log. */
  readonly line?: string;
  /** Whether the send has ended. @default false */
  readonly hasEnded?: boolean;
  /** Tells of the end. */
  readonly event?: VolleyEvent | null;
};

/**
 * Replaces a job's data, in one step with the look whether this worker still holds the job (see `runHeld`), and with the end
 * of the recipients who are staged for it: while they are needed they are there.
 *
 * @throws when another worker has the job
 */
export async function storeData(
  { scripts, prefix }: RegionContext,
  { job, key, lock, token }: HeldJob,
  data: object,
  { stage = null, line = "", hasEnded = false, event = null }: Beside = {},
): Promise<void> {
  const stored = await scripts.store({
    keys: [key, lock, `${key}:logs`, stage ? stageKey(prefix, stage.id) : key],
    values: [
      token,
      JSON.stringify(data),
      line,
      ...endInValues(stage?.end),
      hasEnded ? 1 : 0,
      event ? toTell(event) : "",
    ],
  });
  if (stored !== 1) leaveLost();
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
