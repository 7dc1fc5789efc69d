import { newForgotten, readJobData, stagedOf, withoutPerson } from "@volley/contract";
import type { WaitingBatch } from "@volley/opt-outs";
import { bucketOfRecipient, forgetReached } from "@volley/receipts";
import type { JobPlace } from "./forget-jobs.ts";
import { editsOf, forgetInJob } from "./forget-jobs.ts";
import { editHash } from "./forget-edit.ts";
import { forgetInStream, isCopy } from "./forget-streams.ts";
import type { Search } from "./forget-terms.ts";
import { forgetAmongFew, forgetInTrace } from "../traces/forget-texted.ts";

/** What one key of Volley's is, by its name. @param type - as Redis tells it */
export type KeyPlace = { readonly key: string; readonly parts: readonly string[]; readonly type: string };

/** What was seen on the way: which stages there are and whose, and for whom somebody was heard. */
export type Seen = {
  readonly owners: Map<string, JobPlace>;
  readonly stages: Set<string>;
  /** IDs of batches that were to them. */
  readonly batches: Set<string>;
  /** What names of keys have behind the token of somebody. */
  readonly scopes: Set<string>;
};

type Work = (search: Search, place: KeyPlace, seen: Seen) => Promise<void>;

const REGION_QUEUE = /^volley-([^:]+)$/;
const EVENTS_QUEUE = "volley-events";

/** Fields of a results' hash in one call. */
const AT_ONCE = 200;

/** Takes a person out of what stands at one key. */
export async function forgetInKey(search: Search, place: KeyPlace, seen: Seen): Promise<void> {
  const [kind = ""] = place.parts;
  // Whoever makes it has the stream, and looks at each entry.
  if (isCopy(place.key)) return;
  const work = kind === EVENTS_QUEUE ? inEventsQueue : REGION_QUEUE.test(kind) ? inQueue : WORK[kind];
  if (work !== undefined) await work(search, place, seen);
}

const WORK: Readonly<Record<string, Work>> = {
  stages: async (_, { parts: [, id = ""] }, { stages }) => void stages.add(id),
  routed: async (search, { key }) => inHash(search, key, { region: "none", id: "none" }),
  texts: async (search, { key, parts }) => {
    if (parts[2] === "few") search.found("traces", await forgetAmongFew(search.access, key, wanted(search)));
  },
  traces: async (search, { key }) => search.found("traces", await forgetInTrace(search.access, key, wanted(search))),
  receipts: inReceipts,
  waiting: async (search, { key, type }) => (type === "string" ? inWaiting(search, key) : undefined),
  reached: async (search, { key, parts }, { batches }) => {
    const { access, person, isDry, found } = search;
    const [, , sender = "", whom] = parts;
    if (whom === undefined) return;
    const forget = { sender, whom, number: person.number, isDry };
    const batch =
      whom === person.number ? await access.link.run(async () => access.link.connection.hget(key, "batch")) : null;
    if (batch !== null) batches.add(batch);
    if (await access.link.run(async () => forgetReached(access.link.connection, key, forget))) found("reached");
  },
  events: async (search, { key, parts, type }) => {
    if (type === "stream" && parts.length === 1)
      search.found("events", await forgetInStream(search, { key, about: `${key}:outbox` }));
  },
  // Only a job ID or a label of somebody's own choice names anybody.
  sends: async (search, { key, type }) => {
    if (type === "stream") search.found("results", await forgetInStream(search, { key, about: null }));
  },
  inbox: async (search, { key, type }) => {
    if (type === "stream") search.found("inbox", await forgetInStream(search, { key, about: `${key}:figures` }));
  },
};

function wanted({ person: { number }, isDry }: Search) {
  return { number, isDry };
}

/** Keys: a text. Values: as it was read, and what is to stand there for as long. */
const REPLACE_TEXT = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2], "KEEPTTL")
return 1`;

/** A batch that waits at the provider. Nobody goes from it who may have to be taken out there yet. */
async function inWaiting({ access: { link }, person, isDry, found, left }: Search, key: string): Promise<void> {
  const { connection, run } = link;
  const text = await run(async () => connection.get(key));
  if (text === null || !person.isIn(text)) return;
  const { out = [], late = [], sendAt = 0 } = JSON.parse(text) as Partial<WaitingBatch>;
  if (sendAt > Date.now() && ![...out, ...late].includes(person.number)) return left("waiting");
  const next = JSON.stringify(withoutPerson(JSON.parse(text), person, newForgotten()));
  if (isDry || (await run(async () => connection.eval(REPLACE_TEXT, 1, key, text, next))) === 1) found("waiting");
  else left("active");
}

async function inReceipts(
  { access: { link }, person: { number }, isDry, found }: Search,
  { key, parts: [, , batch = "", bucket] }: KeyPlace,
  { batches }: Seen,
): Promise<void> {
  if (Number(bucket) !== bucketOfRecipient(number)) return;
  const { connection } = link;
  const had = await link.run(async () => (isDry ? connection.hexists(key, number) : connection.hdel(key, number)));
  if (had === 0) return;
  found("reports");
  batches.add(decodeURIComponent(batch));
}

/** The job of a region's queue that a key is. @param parts - of its name @returns `null` where it is something else */
export function jobAt([queue = "", id = "", beside]: readonly string[]): JobPlace | null {
  const [, region] = REGION_QUEUE.exec(queue) ?? [];
  const isJob = region !== undefined && queue !== EVENTS_QUEUE && id !== "meta" && beside === undefined;
  return isJob ? { region, id } : null;
}

/** A queue of sends. */
async function inQueue(search: Search, { key, parts, type }: KeyPlace, seen: Seen): Promise<void> {
  const [queue = "", id = "", beside] = parts;
  const place = { region: queue.replace(REGION_QUEUE, "$1"), id };
  if (type === "stream") return search.found("results", await forgetInStream(search, { key, about: null }));
  if (type === "list" && beside === "logs") return inLines(search, key);
  if (type !== "hash" || id === "meta") return;
  if (beside !== undefined) return inHash(search, key, place);
  await forgetInJob(search, place, key);
  await noteStage(search, place, key, seen);
}

/** Results of parts, as their send has them; or rejected entries. */
async function inHash(search: Search, key: string, place: JobPlace): Promise<void> {
  const { access, isDry, found, left } = search;
  const { connection, run } = access.link;
  for (let cursor = "0"; ;) {
    const [next, flat] = await run(async () => connection.hscan(key, cursor, "COUNT", AT_ONCE));
    const fields = Object.fromEntries(
      Array.from({ length: flat.length / 2 }, (_, at) => [flat[at * 2] ?? "", flat[at * 2 + 1] ?? ""]),
    );
    const edits = editsOf(search, fields);
    if (edits.length > 0) {
      if (isDry || (await editHash(access, key, edits, { ...place, fields: [] })) === "done") found("results");
      else left("active");
    }
    if (next === "0") return;
    cursor = next;
  }
}

const REPLACE_LINE = `
if redis.call("LINDEX", KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call("LSET", KEYS[1], ARGV[1], ARGV[3])
return 1`;

/** What stands in a job's log. */
async function inLines({ access: { link }, person, isDry, found }: Search, key: string): Promise<void> {
  const lines = await link.run(async () => link.connection.lrange(key, 0, -1));
  for (const [at, line] of lines.entries()) {
    if (!person.isIn(line)) continue;
    found("results");
    const redacted = person.replaceIn(line, "forgotten");
    if (!isDry) await link.run(async () => link.connection.eval(REPLACE_LINE, 1, key, at, line, redacted));
  }
}

/** Events as jobs: one about somebody goes as a whole. */
async function inEventsQueue(search: Search, { key, parts, type }: KeyPlace): Promise<void> {
  const { access, person, isDry, found, left } = search;
  const [, id = "", beside] = parts;
  if (type === "stream") return search.found("event_jobs", await forgetInStream(search, { key, about: null }));
  if (type !== "hash" || beside !== undefined || id === "meta") return;
  const fields = await access.link.run(async () => access.link.connection.hgetall(key));
  if (!Object.values(fields).some(person.isIn)) return;
  if (isDry || (await access.link.run(async () => access.queueOf("events").remove(id))) === 1) found("event_jobs");
  else left("active");
}

/** A stage is a send's, or a part's of which its send says it. */
async function noteStage({ access: { link } }: Search, place: JobPlace, key: string, { owners }: Seen): Promise<void> {
  const text = await link.run(async () => link.connection.hget(key, "data"));
  if (text === null || !/"(?:staged|stage)"/.test(text)) return;
  const data: unknown = JSON.parse(text);
  const staged = stagedOf(data);
  const read = readJobData(data);
  const id = staged?.piece === undefined ? staged?.id : undefined;
  const kept = read.kind === "planned" ? read.data.planned.stage : read.kind === "settled" ? read.data.kept?.stage : id;
  if (kept !== undefined) owners.set(kept, place);
}
