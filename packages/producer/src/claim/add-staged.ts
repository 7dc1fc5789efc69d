import type { StagedSend } from "@volley/contract";
import { addOnce, type AdditionState, countsThere } from "./add-with-claims.ts";
import type { Claim } from "./claim.ts";
import type { ListCounts } from "../terms/list-counts.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { type RememberSettings, rememberedFor } from "../terms/remember-settings.ts";
import type { Stage } from "../staging/stage.ts";

/** A staged send that is ready to be put on its queue. */
export type StagedAddition = {
  readonly region: string;
  readonly id: string;
  readonly data: StagedSend;
  readonly delayMs: number;
  /** How long the stage lives from now on. */
  readonly keepMs: number;
  readonly claim: Claim;
};

/**
 * Adds the one job that points at a stage, which is complete. A process that dies on the way leaves a stage that expires
 * soon, and the key as good as new; or the send is on its queue.
 *
 * @returns who was in the list of a send that was on the queue before, for which this stage is gone; `null` for a new one
 */
export async function addStaged(
  access: QueueAccess,
  settings: RememberSettings,
  stage: Stage,
  { keepMs, claim, ...send }: StagedAddition,
  state?: AdditionState,
): Promise<ListCounts | null> {
  const addition = {
    ...send,
    claims: new Map([[send.id, claim]]),
    ...rememberedFor(settings, send.delayMs),
    stage: { key: stage.key, pieces: stage.pieces(), keepMs },
    ...(state && { state }),
  };
  const added = await access.link.run(async (stillWanted) => addOnce(access, addition, stillWanted));
  const there = countsThere(added, send.id, claim.print);
  if (there) await stage.discard();
  return there;
}
