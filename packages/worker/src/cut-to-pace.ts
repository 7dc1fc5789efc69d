import type { Ledger, RegionLimits } from "@volley/contract";
import { askFirst } from "./ask-first.ts";
import type { Recalled } from "./close-recalled.ts";
import { cutPiece } from "./cut-piece.ts";
import type { PieceDispatch } from "./dispatch.ts";
import type { Past } from "./dispatch-note.ts";
import type { Ending } from "./ledger.ts";
import { costOfSend } from "./message-cost.ts";
import { pieceLimit } from "./piece-limit.ts";
import type { RegionContext } from "./region-context.ts";

/** What came of cutting: how the piece ended instead, the ledger with its pieces, or neither where it stays as it is. */
export type Cut = { readonly ending?: Ending | Recalled; readonly ledger?: Ledger };

/** What is cut, and how its pieces are named. */
export type CutInput = {
  readonly dispatch: PieceDispatch;
  readonly ledger: Ledger;
  readonly before: Past;
  readonly referenceOf: (mark: string) => string;
};

/**
 * Cuts a piece that is too large for the region's pace, before anything of it is sent. What may have been accepted is
 * asked for as it is first: who is in a piece must never change while somebody may have got it. The pieces are kept before
 * the first of them is sent, so that whoever comes after a crash asks for the same ones.
 *
 * Where Redis has forgotten how it was cut, it is cut by the limits that held then. Where others began to hold about that
 * time nobody knows which of them it were: then the first piece by those others is asked for, too. If it is there, that
 * is how it was cut; pieces are sent in their order, so that without the first one none was sent.
 */
export async function cutToPace(context: RegionContext, input: CutInput): Promise<Cut> {
  const { limits, memory, now } = context;
  const { dispatch, before } = input;
  const forgottenAt = before.kind === "doubtful" ? memory.last().forgottenBefore : null;
  // Too late to be sent, it is cut only where it may have been sent in pieces before.
  if (forgottenAt === null && now() >= dispatch.expireAt) return {};
  const cut = cutBy(limits.forCutting(forgottenAt), input);
  const other = cutBy(forgottenAt === null ? null : limits.perhapsForCutting(forgottenAt), input);
  if (cut === null && other === null) return {};
  const adopted = before.kind === "doubtful" ? await askFirst(context, dispatch, before) : null;
  if (adopted) return { ending: adopted };
  const begun = other === null ? null : await askForFirst(context, input, other);
  // It could not be asked about until the send expired: how the piece was cut, and how far it came, nobody knows.
  if (begun?.kind === "unknown") return { ending: begun };
  if (other !== null && begun !== null) return { ledger: other };
  return cut === null ? {} : { ledger: cut };
}

function cutBy(limits: RegionLimits | null, { dispatch, ledger }: CutInput): Ledger | null {
  const limit = limits === null ? Number.POSITIVE_INFINITY : pieceLimit(limits);
  if (limits === null || !Number.isFinite(limit)) return null;
  return cutPiece(ledger, limit, costOfSend(dispatch.send, limits.rateUnit));
}

/** @returns what the provider has of the first piece, or `null` */
async function askForFirst(
  context: RegionContext,
  { dispatch, before, referenceOf }: CutInput,
  { pending: [piece] }: Ledger,
): Promise<Ending | Recalled | null> {
  if (piece === undefined) return null;
  return askFirst(context, { ...dispatch, piece, reference: referenceOf(piece.mark) }, before);
}
