import {
  contentDigest,
  LIMITS,
  parametersFor,
  pieceOf,
  type PlannedSend,
  type ReadySend,
  type ReadyStagedSend,
  type Send,
  type Rejection,
  type StagedSend,
} from "@volley/contract";

/** How a large send is split. The same send gives the same plan every time: planning may be cut off and done again. */
export type Plan = PlannedSend & {
  /** The digest of what the send brings. */
  readonly content: string;
  /** Whether its parts go before everything else in the region. */
  readonly isUrgent: boolean;
  /** The data of a part's job, by its index. */
  readonly partOf: (part: number) => object;
};

/** Skipped entries whose indexes are kept, so that a rejected recipient can be told by its place in the caller's list. */
const MOST_SKIPPED = 10_000;

/** How many parts a number of recipients makes. */
export function partCount(recipients: number): number {
  return Math.ceil(recipients / LIMITS.recipientsPerBatch);
}

/** How many recipients a part has: all are full but the last. */
export function partSize(recipients: number, part: number): number {
  return Math.min(LIMITS.recipientsPerBatch, recipients - part * LIMITS.recipientsPerBatch);
}

/** How many recipients a send has, wherever they are, and whom of the caller's list it does not send to. */
export type Counted = Omit<PlannedSend["planned"], "parts" | "stage" | "parameters"> & {
  /** Everybody whom it sends to. */
  readonly count: number;
  readonly rejections: Rejection[];
};

/** Counts the recipients of a send. */
export function countedOf(send: ReadySend | ReadyStagedSend): Counted {
  if ("staged" in send) {
    const { recipients: count, duplicate = 0, rejected = 0, rejections = [] } = send.staged;
    // Where they stood in the caller's list is known to nobody any more.
    return { count, requested: count + duplicate + rejected, duplicate, rejected, rejections, skipped: [] };
  }
  const { accepted, requested, duplicate, rejected, rejections, skipped } = send.recipients;
  // A list that is mostly duplicates would make the send's data as large as its recipients were.
  const kept = skipped.length > MOST_SKIPPED ? [] : [...skipped];
  return { count: accepted.length, requested, duplicate, rejected, rejections: [...rejections], skipped: kept };
}

/** Whether a send has to be split: it is to more people than fit into one request. */
export function isLarge(send: ReadySend | ReadyStagedSend): boolean {
  return "staged" in send ? pieceOf(send.staged) === null : partCount(send.recipients.accepted.length) > 1;
}

/** The plan of a large send. @param expireAt - of the send: counted from a part's own enqueueing it would move */
export function planOf(send: ReadySend | ReadyStagedSend, expireAt: Date): Plan {
  const { count, ...counted } = countedOf(send);
  const common = "staged" in send && parametersFor(send.parameters, []);
  return {
    message: send.message as Plan["message"],
    content: contentDigest(send),
    planned: {
      parts: partCount(count),
      ...counted,
      ...("staged" in send && { stage: send.staged.id }),
      ...(common && { parameters: common }),
    },
    isUrgent: send.message.priority === "urgent",
    partOf: (part) => ("staged" in send ? partOfStage(send, expireAt, part) : partOfSend(send, expireAt, part)),
  };
}

/** One part of a send: the same message to the recipients of its index, with their parameters alone. */
export function partOfSend(send: ReadySend, expireAt: Date, part: number): Send {
  const first = part * LIMITS.recipientsPerBatch;
  const to = send.recipients.accepted.slice(first, first + LIMITS.recipientsPerBatch);
  const parameters = parametersFor(send.parameters, to, send.recipients.accepted);
  return { ...send.message, to, ...(parameters && { parameters }), expire_at: expireAt.toISOString() } as Send;
}

/** One part of a staged send: it names its piece of the stage, so that the planner never sees a recipient. */
function partOfStage({ message, staged, parameters }: ReadyStagedSend, expireAt: Date, part: number): StagedSend {
  const common = parametersFor(parameters, []);
  return {
    ...message,
    ...(common && { parameters: common }),
    staged: { id: staged.id, recipients: partSize(staged.recipients, part), piece: part },
    expire_at: expireAt.toISOString(),
  } as StagedSend;
}
