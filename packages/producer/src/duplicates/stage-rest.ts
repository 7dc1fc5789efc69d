import { isGroup } from "@volley/contract";
import type { FoundList } from "./found-list.ts";
import { createOpenPiece, type OpenPiece } from "../recipients/open-piece.ts";
import type { TextPage } from "../traces/own-digest.ts";
import { DEFAULT, type OwnValues } from "../recipients/own-values.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { createStage, type Stage } from "../staging/stage.ts";
import type { TracedList } from "../traces/trace-chunk.ts";

/** Those of a list who were not found, in a stage of their own. */
export type StagedRest = { readonly stage: Stage; readonly recipients: number };

/**
 * Stages those of a list who were not found, in the same order and with the values that are theirs. It is read once more:
 * who is found is known only when all of it was there.
 */
export async function stageRest(
  access: QueueAccess,
  stageTtlMs: number,
  { pages }: TracedList,
  found: FoundList,
): Promise<StagedRest> {
  const stage = createStage(access, stageTtlMs);
  const piece = createOpenPiece(stage.push);
  let [ordinal, recipients] = [0, 0];
  try {
    for await (const page of pages()) {
      for (const recipient of page.recipients) {
        const isFound = isGroup(recipient) ? found.hasGroup(recipient) : found.hasNumber(ordinal);
        if (!isGroup(recipient)) ordinal += 1;
        if (isFound) continue;
        add(piece, recipient, page);
        recipients += 1;
      }
      await stage.room();
    }
    piece.end();
    await stage.settled();
    return { stage, recipients };
  } catch (error) {
    await stage.discard();
    throw error;
  }
}

/** The values of a group's members travel in the same piece as the group. */
function add(piece: OpenPiece, recipient: string, { recipients, parameters }: TextPage): void {
  const own: [string, string][] = [];
  const known = isGroup(recipient) ? new Set(recipients) : null;
  for (const [key, values] of parameters) {
    const value = values.get(recipient);
    if (value !== undefined) own.push([key, value]);
    if (known === null) continue;
    for (const [member, ofMember] of values) {
      if (member !== DEFAULT && !known.has(member)) piece.addValue(key, member, ofMember);
    }
  }
  const values: OwnValues | null = own.length === 0 ? null : Object.fromEntries(own);
  piece.add(recipient, values);
}
