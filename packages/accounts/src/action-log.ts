import { createRedisScript } from "@volley/contract";
import { logKey } from "./names.ts";
import type { AccountPlace } from "./place.ts";

/** How long lines are kept, in milliseconds, and how many of them at most. */
export const LOG_KEPT = { ms: 90 * 24 * 60 * 60_000, lines: 20_000 } as const;

/** What somebody did, or was refused. It holds no number and no text of anybody: whoever writes it sees to that. */
export type Action = {
  readonly who: string;
  readonly role: string;
  /** Such as `region.pause`. */
  readonly what: string;
  /** Of which region, send, endpoint or account; `""` for none. */
  readonly about: string;
  /** In the words of whoever did it. */
  readonly reason: string;
  /** What it would do, or what became of it. */
  readonly detail: string;
};

/** A line of the log. */
export type LoggedAction = Action & { readonly at: string };

/** Some lines, the newest first. */
export type LogPage = { readonly actions: readonly LoggedAction[]; readonly cursor: string | null };

const FIELDS = ["who", "role", "what", "about", "reason", "detail"] as const;

/** Characters of a field. */
const LONGEST = 500;

const CURSOR = /^\d{1,15}-\d{1,15}$/;

/** Keys: the log. Values: how many lines, before when they are forgotten, for how long, then the fields. */
const WRITE = createRedisScript(`
local id = redis.call("XADD", KEYS[1], "MAXLEN", "~", ARGV[1], "*", unpack(ARGV, 4))
redis.call("XTRIM", KEYS[1], "MINID", "~", ARGV[2])
redis.call("PEXPIRE", KEYS[1], ARGV[3])
return id`);

/** Writes a line. Where that fails, nothing is to be done. */
export async function writeAction({ redis, prefix }: AccountPlace, action: Action, now: Date): Promise<void> {
  const fields = FIELDS.flatMap((name) => [name, action[name].slice(0, LONGEST)]);
  await WRITE.run(redis, [logKey(prefix)], [LOG_KEPT.lines, now.getTime() - LOG_KEPT.ms, LOG_KEPT.ms, ...fields]);
}

/** @param cursor - of the page before @returns `null` for a cursor of no page */
export async function readActions(
  { redis, prefix }: AccountPlace,
  { cursor, limit, now }: { readonly cursor?: string | undefined; readonly limit: number; readonly now: Date },
): Promise<LogPage | null> {
  if (cursor !== undefined && !CURSOR.test(cursor)) return null;
  const last = cursor === undefined ? "+" : `(${cursor}`;
  const first = String(Math.max(0, now.getTime() - LOG_KEPT.ms));
  const found = await redis.xrevrange(logKey(prefix), last, first, "COUNT", limit);
  const actions = found.map(([id, fields]) => actionOf(id, fields));
  return { actions, cursor: found.length < limit ? null : (found.at(-1)?.[0] ?? null) };
}

function actionOf(id: string, fields: readonly string[]): LoggedAction {
  const values = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) values.set(fields[at] ?? "", fields[at + 1] ?? "");
  const of = (name: (typeof FIELDS)[number]): string => values.get(name) ?? "";
  const at = new Date(Number(id.split("-")[0])).toISOString();
  return {
    at,
    who: of("who"),
    role: of("role"),
    what: of("what"),
    about: of("about"),
    reason: of("reason"),
    detail: of("detail"),
  };
}
