import { hash } from "node:crypto";
import { createRedisScript, type Problem } from "@volley/contract";
import { claimTable } from "./claim-table.ts";
import type { ListCounts } from "../terms/list-counts.ts";
import { people } from "../terms/people.ts";
import { ProducerError } from "../terms/producer-error.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";

/** What an idempotency key stands for. It is written together with its send, so that there is never one without the other. */
export type Claim = {
  /** Of the send's content: see {@link printOf}. */
  readonly print: string;
  /** Who is in its list, or the ID of the send that a coalesced message travels in. */
  readonly what: ListCounts | string;
};

type Requested = Pick<ListCounts, "requested">;

/** 72 bits: whoever comes with the same key and other content is told so, but for one time in 10^21. */
const PRINT_CHARACTERS = 12;

/** The unique part of a send's ID; what is before it is the region, which is known where a claim is. */
const UNIQUE_CHARACTERS = 20;

/** Keys: the table's own. Arguments: the prefix, the region, IDs. Answers what each stands for, or nothing. */
const FIND = createRedisScript(`
local prefix = ARGV[1]
${claimTable()}
local answers = {}
for at = 3, #ARGV do answers[at - 2] = find(ARGV[2], ARGV[at]) or "" end
return answers`);

/** What of a content is remembered, to tell whether another one is the same. @param fingerprint - of the content */
export function printOf(fingerprint: string): string {
  return hash("sha256", fingerprint, "base64url").slice(0, PRINT_CHARACTERS);
}

/** A claim as it stands in Redis, without its time. */
export function writeClaim({ print, what }: Claim): string {
  if (typeof what === "string") return `${print} ${what.slice(-UNIQUE_CHARACTERS)}`;
  const { requested, valid, duplicate, rejected } = what;
  return `${print} ${requested},${valid},${duplicate},${rejected}`;
}

/** Reads what {@link writeClaim} wrote in a region. */
export function readClaim(region: string, text: string): Claim {
  const [print = "", what = ""] = text.split(" ");
  if (!what.includes(",")) return { print, what: `${region}-${what}` };
  const [requested = 0, valid = 0, duplicate = 0, rejected = 0] = what.split(",").map(Number);
  return { print, what: { requested, valid, duplicate, rejected } };
}

/**
 * Looks what keys stand for, without claiming any.
 *
 * @param ids - of the sends that the keys make
 */
export async function findClaims(
  { link, prefix }: QueueAccess,
  region: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Claim>> {
  const answer: unknown = await link.run(async () =>
    FIND.run(link.connection, [claimsKey(prefix, region)], [prefix, region, ...ids]),
  );
  const texts = Array.isArray(answer) ? answer.map(String) : [];
  return new Map(
    ids.flatMap((id, index) => {
      const text = texts[index] ?? "";
      return text === "" ? [] : [[id, readClaim(region, text)] as const];
    }),
  );
}

type Look = { readonly ids: string[]; readonly found: Promise<ReadonlyMap<string, Claim>> };

/** Looks that are still to be made, by region. */
const looks = new WeakMap<QueueAccess["link"], Map<string, Look>>();

/** So many keys are looked for at once. */
const MOST_TOGETHER = 100;

/** What the key of one send stands for. It is looked for together with others that are in the same turn of the event loop. */
export async function findClaim(access: QueueAccess, { id, region }: SendAddress): Promise<Claim | undefined> {
  const ofLink = looks.get(access.link) ?? new Map<string, Look>();
  looks.set(access.link, ofLink);
  const name = `${access.prefix} ${region}`;
  const known = ofLink.get(name);
  if (known && known.ids.length < MOST_TOGETHER) {
    known.ids.push(id);
    return (await known.found).get(id);
  }
  const ids = [id];
  const found = new Promise<void>((resolve) => void setImmediate(resolve)).then(async () => {
    // From here on nobody joins.
    if (ofLink.get(name)?.ids === ids) ofLink.delete(name);
    return findClaims(access, region, ids);
  });
  ofLink.set(name, { ids, found });
  return (await found).get(id);
}

/** Whether a send's key stands for something: it was enqueued, whatever became of it. */
export async function isClaimed(access: QueueAccess, address: SendAddress): Promise<boolean> {
  return (await findClaim(access, address)) !== undefined;
}

/**
 * Who is in the list of the send that a key stands for.
 *
 * @param given - the content that it is looked for with
 * @throws ProducerError `VOLLEY_IDEMPOTENCY_CONFLICT` when it stands for other content
 */
export function countsOf(
  { print, what }: Claim,
  given: { readonly print: string; readonly counts: Requested },
): ListCounts {
  if (typeof what === "string")
    throw conflict([{ field: "to", message: "expected one recipient as before, coalesced" }]);
  if (print !== given.print) throw conflict(differingCounts(what, given.counts));
  return what;
}

/** The Redis key of a region's table of claims; its buckets are beside it. */
export function claimsKey(prefix: string, region: string): string {
  return `${prefix}:keys:${region}`;
}

/** What is said when a key stands for other content. The key is not repeated: it is often a phone number. */
export function conflict(differs: readonly Problem[] = []): ProducerError {
  const fields = differs.map(({ field, message }) => `${field}: ${message}`).join("; ");
  return new ProducerError(
    "VOLLEY_IDEMPOTENCY_CONFLICT",
    `the idempotency key was already used for a send with other content, of which something is still kept${fields && `: ${fields}`}`,
    { differs },
  );
}

/** In how many recipients two lists differ, if they do. */
export function differingCounts(before: Requested, now: Requested): Problem[] {
  if (before.requested === now.requested) return [];
  return [
    {
      field: "to",
      message: `expected ${people(before.requested)} as before, got ${now.requested.toLocaleString("en")}`,
    },
  ];
}
