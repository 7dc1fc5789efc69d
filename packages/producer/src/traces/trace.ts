import { randomUUID } from "node:crypto";
import type { QueueAccess } from "../redis/queue-access.ts";
import { pushFields } from "../redis/push-fields.ts";
import { packBlocks, findInBlock } from "./trace-block.ts";
import type { TraceChunk } from "./trace-chunk.ts";

/** Fields that are pushed or read in one call: 64 KiB. */
const FIELDS_AT_ONCE = 4;

/** Groups that are asked for in one call. */
const GROUPS_AT_ONCE = 1_000;

/** A block's field says which numbers are in it; no group's ID has a dash. */
const BLOCK_FIELD = /^(?<first>\d+)-(?<last>\d+)$/;

/**
 * The Redis hash that says whom a send texts: a field per block of sorted numbers, named by the first and the last of
 * them, and one per group.
 *
 * @param prefix - BullMQ's; its hash tag keeps everything in one slot of a cluster
 */
export function traceKey(prefix: string, id: string): string {
  return `${prefix}:traces:${id}`;
}

/**
 * Writes the trace of a list. Its name is random: two calls never write into the same one.
 *
 * @param ttlMs - how long it lives, unless it is kept
 * @returns its ID
 */
export async function writeTrace(
  { link, prefix }: QueueAccess,
  chunks: AsyncIterable<TraceChunk>,
  ttlMs: number,
): Promise<string> {
  const id = randomUUID();
  let fields: (string | Buffer)[] = [];
  const flush = async (): Promise<void> => {
    if (fields.length > 0) await pushFields(link, traceKey(prefix, id), ttlMs, fields);
    fields = [];
  };
  const add = async (field: string, value: Buffer): Promise<void> => {
    fields.push(field, value);
    if (fields.length >= 2 * FIELDS_AT_ONCE) await flush();
  };
  for await (const chunk of chunks) {
    for (const { first, last, bytes } of packBlocks(chunk)) await add(`${first}-${last}`, bytes);
    for (const [group, digest] of chunk.groups) await add(group, digest);
  }
  await flush();
  return id;
}

/** Lets a trace be gone after so many milliseconds, at once where it is 0. */
export async function expireTrace({ link, prefix }: QueueAccess, id: string, ttlMs: number): Promise<void> {
  await link.run(async () => link.connection.pexpire(traceKey(prefix, id), ttlMs));
}

/** Who of a chunk is found. */
export type Finds = {
  /** @param place - in the chunk's order */
  readonly number: (place: number) => void;
  readonly group: (group: string) => void;
};

/**
 * Finds those of a chunk whom a trace has with the same text. Of a long trace those blocks alone are read in which one of
 * them may be.
 */
export async function findInTrace(access: QueueAccess, id: string, chunk: TraceChunk, finds: Finds): Promise<void> {
  const fields = chunk.count > 0 ? await fieldsFor(access, id, chunk) : [];
  for (let first = 0; first < fields.length; first += FIELDS_AT_ONCE) {
    const blocks = await readFields(access, id, fields.slice(first, first + FIELDS_AT_ONCE));
    for (const block of blocks) if (block) findInBlock(chunk, block, finds.number);
    // The answer stays reachable for as long as its command does (see push-fields.ts).
    blocks.length = 0;
  }
  const groups = [...chunk.groups];
  for (let first = 0; first < groups.length; first += GROUPS_AT_ONCE) {
    const some = groups.slice(first, first + GROUPS_AT_ONCE);
    const digests = await readFields(
      access,
      id,
      some.map(([group]) => group),
    );
    for (const [index, [group, digest]] of some.entries()) if (digests[index]?.equals(digest)) finds.group(group);
  }
}

async function readFields({ link, prefix }: QueueAccess, id: string, fields: string[]): Promise<(Buffer | null)[]> {
  return link.run(async () => link.connection.hmgetBuffer(traceKey(prefix, id), ...fields));
}

/** The blocks of a trace in which a number of the chunk may be. */
async function fieldsFor({ link, prefix }: QueueAccess, id: string, chunk: TraceChunk): Promise<string[]> {
  const fields = await link.run(async () => link.connection.hkeys(traceKey(prefix, id)));
  return fields.filter((field) => {
    const { first = "", last = "" } = BLOCK_FIELD.exec(field)?.groups ?? {};
    const place = chunk.placeOf(Number(first));
    return first !== "" && place < chunk.count && chunk.numberAt(place) <= Number(last);
  });
}
