import type { QueueAccess } from "../redis/queue-access.ts";
import { withoutNumber } from "./trace-block.ts";

/** A block's field says which numbers are in it. */
const BLOCK_FIELD = /^(\d+)-(\d+)$/;

/** What is looked for, and whether it stays. */
type Wanted = { readonly number: string; readonly isDry: boolean };

/** Keys: a trace. Arguments: the field of a block, that of the one in its place (nothing: none), and this. It stays as long as before. */
const REPLACE = `
if redis.call("HEXISTS", KEYS[1], ARGV[1]) == 0 then return 0 end
if ARGV[2] ~= "" then redis.call("HSET", KEYS[1], ARGV[2], ARGV[3]) end
if ARGV[1] ~= ARGV[2] then redis.call("HDEL", KEYS[1], ARGV[1]) end
return 1`;

/** Takes a number out of a trace. @param key - of `traceKey` @returns how many blocks had it */
export async function forgetInTrace({ link }: QueueAccess, key: string, { number, isDry }: Wanted): Promise<number> {
  const wanted = Number(number);
  let found = 0;
  for (const field of await link.run(async () => link.connection.hkeys(key))) {
    const [, first = "", last = ""] = BLOCK_FIELD.exec(field) ?? [];
    if (first === "" || wanted < Number(first) || wanted > Number(last)) continue;
    const block = await link.run(async () => link.connection.hgetBuffer(key, field));
    const left = block && withoutNumber(block, wanted);
    if (!left) continue;
    found += 1;
    const name = left.first === 0 ? "" : `${left.first}-${left.last}`;
    if (!isDry) await link.run(async () => link.connection.eval(REPLACE, 1, key, field, name, left.bytes));
  }
  return found;
}

/** Takes a number out of the recipients of short sends. @param key - of `fewKey` @returns how many entries it had */
export async function forgetAmongFew({ link }: QueueAccess, key: string, { number, isDry }: Wanted): Promise<number> {
  const { connection } = link;
  if (!isDry) return link.run(async () => connection.zremrangebyscore(key, number, number));
  return link.run(async () => connection.zcount(key, number, number));
}
