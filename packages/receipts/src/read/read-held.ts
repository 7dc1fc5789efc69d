import { hash } from "node:crypto";
import { listKeys, type Scope } from "@volley/opt-outs";
import type { Cluster, Redis } from "ioredis";
import { type HeldNote, readNote } from "../terms/held-note.ts";

/** Somebody who has answered something doubtful: nothing is sent to them until a person decides. */
export type Held = Pick<HeldNote, "region" | "at" | "message_id" | "text" | "send_id"> & {
  readonly number: string;
  readonly scope: Scope;
};

type HeldPage = {
  readonly held: readonly Held[];
  /** For the next page; `null` for the last one. */
  readonly cursor: string | null;
};

/** Characters of a cursor: of a digest, so that nobody's number stands in it. */
const CURSOR_CHARACTERS = 16;

/**
 * Those who are held, in an order that stays and means nothing.
 *
 * @param query - `cursor`: behind which it begins, nothing for the beginning; `limit`: the most of a page
 */
export async function readHeld(
  redis: Redis | Cluster,
  prefix: string,
  { cursor, limit }: { readonly cursor: string; readonly limit: number },
): Promise<HeldPage> {
  const { held } = listKeys(prefix);
  const all = (await redis.hkeys(held)).map((field) => ({
    field,
    place: hash("sha256", field, "base64url").slice(0, CURSOR_CHARACTERS),
  }));
  const left = all.filter(({ place }) => place > cursor).toSorted((a, b) => (a.place < b.place ? -1 : 1));
  const page = left.slice(0, limit);
  if (page.length === 0) return { held: [], cursor: null };
  const notes = await redis.hmget(held, ...page.map(({ field }) => field));
  return {
    held: notes.flatMap((note) => (note === null ? [] : [heldOf(readNote(note))])),
    cursor: left.length > limit ? (page.at(-1)?.place ?? null) : null,
  };
}

function heldOf({ recipient, sender, region, at, message_id, text, send_id }: HeldNote): Held {
  const scope: Scope = sender === null ? { region } : { sender };
  return { number: recipient, scope, region, at, message_id, text, send_id };
}
