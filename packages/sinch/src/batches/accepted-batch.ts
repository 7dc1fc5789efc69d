import type { Expected } from "../api/expected.ts";

/** What a send needs to know of the batch that came of it. */
type AcceptedBatch = { readonly id: string; readonly created_at: string | null };

/** Expects the ID of a batch, and reads no more: the answer repeats up to 1,000 recipients and their parameters. */
export const ACCEPTED_BATCH: Expected<AcceptedBatch> = {
  code: "no_batch_id",
  what: "a batch ID",
  read: readAcceptedBatch,
};

/** How the list of recipients begins and ends where it holds nothing but plain numbers and IDs of groups. */
const LIST_BEGINS = '"to":["';
const LIST_ENDS = '"]';

/**
 * An answer without its recipients, which are nine tenths of it. Within a text each quote has a backslash before it, so that what
 * is found is a list; one in which anything is written with a backslash stays where it is.
 */
function withoutRecipients(body: string): string {
  const from = body.indexOf(LIST_BEGINS);
  const end = from < 0 ? -1 : body.indexOf("]", from);
  const list = body.slice(from, end + 1);
  if (end < 0 || !list.endsWith(LIST_ENDS) || list.includes("\\")) return body;
  return `${body.slice(0, from)}"to":[]${body.slice(end + 1)}`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(withoutRecipients(body));
  } catch {
    return JSON.parse(body);
  }
}

function readAcceptedBatch(body: string): AcceptedBatch | null {
  try {
    const batch = parsed(body);
    if (typeof batch !== "object" || batch === null) return null;
    const id: unknown = Reflect.get(batch, "id");
    const createdAt: unknown = Reflect.get(batch, "created_at");
    if (typeof id !== "string" || id === "") return null;
    return { id, created_at: typeof createdAt === "string" ? createdAt : null };
  } catch {
    return null;
  }
}
