import {
  LIMITS,
  parametersFor,
  pieceOf,
  readPiece,
  readStagedSend,
  type Staged,
  stagedOf,
  stageKey,
  type WireParameters,
  withPieceParameters,
} from "@volley/contract";
import type { QueueAccess } from "../redis/queue-access.ts";

/** The recipients of one piece, with what is theirs and what is everybody's. */
export type StagedList = {
  readonly recipients: string[];
  readonly parameters: WireParameters | undefined;
  /** How many there should be, when they are gone. */
  readonly lost: number;
};

/**
 * Reads one piece of the stage that a job's data names.
 *
 * @param timestamp - of the job's creation
 * @param piece - by default the one that the data names
 */
export async function readStagedList(
  { link, prefix }: QueueAccess,
  data: object,
  timestamp: number,
  piece?: number,
): Promise<StagedList> {
  const staged = stagedOf(data);
  if (staged === null) return { recipients: [], parameters: undefined, lost: 0 };
  const index = piece ?? pieceOf(staged) ?? 0;
  const text = await link.run(async () => link.connection.hget(stageKey(prefix, staged.id), String(index)));
  const read = text === null ? null : readPiece(text);
  if (read === null) return { recipients: [], parameters: undefined, lost: sizeOf(staged, piece) };
  const send = readStagedSend(data, new Date(timestamp));
  const common = send.ok ? send.send.parameters : new Map();
  const recipients = [...read.recipients];
  return { recipients, parameters: parametersFor(withPieceParameters(common, read.parameters), recipients), lost: 0 };
}

/** A part's data counts its own recipients, that of a whole send all of them. */
function sizeOf({ recipients }: Staged, piece = 0): number {
  return Math.min(LIMITS.recipientsPerBatch, recipients - piece * LIMITS.recipientsPerBatch);
}
