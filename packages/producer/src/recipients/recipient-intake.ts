import { kindOf, LIMITS, normaliseRecipient } from "@volley/contract";
import { type Chunk, createChunks } from "./chunks.ts";
import { detached } from "./detached.ts";
import type { ListDigest } from "./list-digest.ts";
import { invalidEntry, type OwnValues, type OwnValuesReader } from "./own-values.ts";

/** Takes entries as a caller writes them, and gives the recipients among them away in chunks. */
export type RecipientIntake = {
  /**
   * @returns whether the next one may follow at once; otherwise a chunk was given away, or as many were rejected
   * @throws InvalidSendError when it is no entry at all
   */
  readonly take: (entry: unknown) => boolean;
  /** Gives away what is left. */
  readonly end: () => void;
  readonly requested: () => number;
  readonly rejected: () => number;
  /** The first of the rejected ones. */
  readonly rejections: () => readonly Rejection[];
};

/** An entry that was rejected, as it was written. Without a reason it is neither a number nor a group ID. */
export type Rejection = { readonly index: number; readonly recipient: string; readonly reason?: Reason | undefined };

/** What speaks against a recipient: no value for a placeholder that has no default, or no region to go to. */
type Reason = "missing_parameter" | "no_route";

/** How entries are read. */
export type IntakeInput = {
  readonly digest: ListDigest;
  readonly readValues: OwnValuesReader;
  /** @default nothing speaks against anybody */
  readonly reasonAgainst?: (recipient: string, own: OwnValues | null) => Reason | null;
};

/** The most characters of a rejected entry that are kept; a recipient has at most 26. */
const SHOWN_CHARACTERS = 200;

/** What stands in the wrong place may be somebody's number. */
const PRIVATE = { isPrivate: true };

/** What an entry with values may have. */
const ENTRY_FIELDS: ReadonlySet<string> = new Set(["to", "parameters"]);

/** Creates an intake. The chunks are cut by what came, whatever the sizes of the pages that it came in. */
export function createRecipientIntake(
  { digest, readValues, reasonAgainst = () => null }: IntakeInput,
  give: (chunk: Chunk) => void,
): RecipientIntake {
  const rejections: Rejection[] = [];
  let requested = 0;
  let rejected = 0;
  const chunks = createChunks((chunk) => {
    digest.add(chunk.packed, chunk.values);
    give(chunk);
  });
  const reject = (text: string, index: number, reason: Reason | null): boolean => {
    rejected += 1;
    digest.addRejected(index);
    if (rejections.length < LIMITS.rejectedInResult) {
      rejections.push({ index, recipient: shown(text), ...(reason !== null && { reason }) });
    }
    return rejected % LIMITS.recipientsPerBatch !== 0;
  };
  return {
    take: (entry) => {
      const index = requested;
      const text = typeof entry === "string" ? entry : textOf(entry, index);
      const own = typeof entry === "string" ? null : readValues(Reflect.get(Object(entry), "parameters"), index);
      requested += 1;
      const recipient = normaliseRecipient(text);
      const reason = recipient === null ? null : reasonAgainst(recipient, own);
      if (recipient === null || reason !== null) return reject(text, index, reason);
      return !chunks.add(recipient, own, index);
    },
    end: chunks.end,
    requested: () => requested,
    rejected: () => rejected,
    rejections: () => rejections,
  };
}

/** A source that is broken may yield whole files, and what is rejected stays in memory, and in the job. */
function shown(text: string): string {
  return detached(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
}

function textOf(entry: unknown, index: number): string {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw invalidEntry(index, `expected a string or an object with to and parameters, got ${kindOf(entry, PRIVATE)}`);
  }
  if (Object.keys(entry).some((field) => !ENTRY_FIELDS.has(field))) {
    throw invalidEntry(index, "expected an object with to and parameters, got one with other fields");
  }
  const to: unknown = Reflect.get(entry, "to");
  if (typeof to !== "string") throw invalidEntry(index, `expected to as a string, got ${kindOf(to, PRIVATE)}`);
  return to;
}
