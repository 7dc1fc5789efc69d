import { LIMITS, type Parameters } from "@volley/contract";
import type { FilterPool } from "../recipients/filter-pool.ts";
import { createPieceBuilder, type PieceBuilder } from "../recipients/piece-builder.ts";
import type { Chunk } from "../recipients/chunks.ts";
import { createSeenRecipients, NEW, PERHAPS_SEEN, SEEN, type SeenSizes } from "../recipients/seen-recipients.ts";
import type { Stage } from "./stage.ts";
import { createSuspects, type Suspects } from "../recipients/suspects.ts";

/** Stages every recipient once, however often it comes. */
export type StagingOnce = {
  readonly add: (chunk: Chunk) => void;
  /** Waits until more may be added. */
  readonly room: () => Promise<void>;
  /** Frees its memory. */
  readonly close: () => void;
  /** Nothing is added any more: decides what is open, and waits until everything is in Redis. */
  readonly end: () => Promise<void>;
  readonly counts: () => { readonly staged: number; readonly duplicate: number };
};

/** How much is kept in memory. */
export type OnceSizes = SeenSizes & {
  /** Suspects that are set aside at once. @default 200000 */
  readonly suspects?: number;
};

type Parts = {
  readonly stage: Stage;
  readonly builder: PieceBuilder;
  readonly suspects: Suspects;
  readonly count: { staged: number; duplicate: number };
};

/**
 * Creates it for one stage.
 *
 * Whether somebody came before is decided exactly and in bounded memory: a filter says "certainly not" of nearly all. The
 * few others are set aside until there are too many of them, or the list ends, and are then looked for in the stage
 * itself, which is read back piece by piece. The first mention wins, with its values. Up to some thirty million
 * recipients a list without duplicates is read back once or not at all; beyond, it stays exact and becomes slower, as
 * does a list with millions of duplicates.
 *
 * @param listed - values that the send has for single recipients
 */
export function createStagingOnce(
  stage: Stage,
  listed: Parameters,
  filters: FilterPool,
  sizes: OnceSizes,
): StagingOnce {
  const seen = createSeenRecipients(filters, sizes);
  const suspects = createSuspects(sizes.suspects);
  const count = { staged: 0, duplicate: 0 };
  const builder = createPieceBuilder(listed, stage.push);
  const parts = { stage, builder, suspects, count };
  const verdicts = new Uint8Array(LIMITS.recipientsPerBatch);
  return {
    add: (chunk) => {
      seen.look(chunk, verdicts);
      if (isPieceAsItIs(chunk, verdicts, builder)) {
        count.staged += chunk.recipients.length;
        stage.push(chunk.packed);
      } else sortOut(chunk, verdicts, parts);
    },
    room: async () => {
      await stage.room();
      if (suspects.isFull()) await clearUp(parts);
    },
    end: async () => {
      await clearUp(parts);
      builder.end();
      await stage.settled();
    },
    close: seen.end,
    counts: () => count,
  };
}

/** In a list without duplicates every chunk is a piece, and need not be packed again. */
function isPieceAsItIs({ recipients, values }: Chunk, verdicts: Uint8Array, builder: PieceBuilder): boolean {
  return (
    values === null &&
    recipients.length === LIMITS.recipientsPerBatch &&
    builder.isBare() &&
    !verdicts.includes(PERHAPS_SEEN) &&
    !verdicts.includes(SEEN)
  );
}

function sortOut({ recipients, values }: Chunk, verdicts: Uint8Array, { builder, suspects, count }: Parts): void {
  recipients.forEach((recipient, index) => {
    const own = values?.[index] ?? null;
    const verdict = verdicts[index];
    if (verdict === NEW) {
      count.staged += 1;
      builder.add(recipient, own);
    } else if (verdict === SEEN || suspects.add(recipient, own)) count.duplicate += 1;
  });
}

/** Finds those who are staged among those who perhaps are, and stages the others. */
async function clearUp({ stage, builder, suspects, count }: Parts): Promise<void> {
  if (suspects.size() === 0) return;
  const strike = (recipients: readonly string[]): void => {
    for (const recipient of recipients) if (suspects.remove(recipient)) count.duplicate += 1;
  };
  strike(builder.begun());
  for await (const { recipients } of stage.readBack()) {
    strike(recipients);
    if (suspects.size() === 0) break;
  }
  for (const [recipient, own] of suspects.takeAll()) {
    count.staged += 1;
    builder.add(recipient, own);
    await stage.room();
  }
}
