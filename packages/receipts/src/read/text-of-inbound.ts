import type { Cluster, Redis } from "ioredis";
import { inboxKey } from "../terms/keys.ts";
import { fieldOf } from "../terms/stream-place.ts";

/** A message and what was noted of it stand in one step of Redis; its clock may go on by so much meanwhile. */
const ONE_STEP_MS = 50;

const MOST_READ = 1_000;

const LONGEST_TEXT = 500;

/** What somebody has written, as long as the inbox has it. @param at - when it was written down */
export async function textOfInbound(
  { redis, prefix }: { readonly redis: Redis | Cluster; readonly prefix: string },
  { region, messageId, at }: { readonly region: string | null; readonly messageId: string | null; readonly at: Date },
): Promise<string | null> {
  if (messageId === null || region === null) return null;
  const [from, to] = [at.getTime() - ONE_STEP_MS, at.getTime() + ONE_STEP_MS];
  const entries = await redis.xrange(inboxKey(prefix), from, to, "COUNT", MOST_READ);
  for (const [, fields] of entries) {
    if (fieldOf(fields, "region") !== region) continue;
    const { id, body } = JSON.parse(fieldOf(fields, "data")) as { readonly id?: unknown; readonly body?: unknown };
    if (id === messageId && typeof body === "string") return body.slice(0, LONGEST_TEXT);
  }
  return null;
}
