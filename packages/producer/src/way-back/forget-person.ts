import { personOf } from "@volley/contract";
import { forgetEntries, type Numbering, proofKeys, repliedKey, tokenOf, writeToken } from "@volley/opt-outs";
import { Cluster, type Redis } from "ioredis";
import type { QueueAccess } from "../redis/queue-access.ts";
import { codedError, confirmedWrites, type ListTerms } from "./list-terms.ts";
import { forgetInKey, type KeyPlace, type Seen, jobAt } from "./forget-key.ts";
import { forgetInStage } from "./forget-stages.ts";
import { forgetText } from "./forget-texts.ts";
import { FORGOTTEN_KINDS, type ForgottenKind, LEFT_REASONS, type LeftReason, type Search } from "./forget-terms.ts";
import { requireNumber } from "./suppression-input.ts";

/** What was found of a person, by kind, and what of it could not be removed now. */
export type Forgotten = {
  /** How many records of each kind had them. Without `dryRun` they are gone from all of these. */
  readonly found: Readonly<Record<ForgottenKind, number>>;
  /** How many have them still, and why; nothing of it where all is 0. Make the same call again later. */
  readonly left: Readonly<Record<LeftReason, number>>;
};

export type ForgetOptions = {
  /** Says what there is, and removes nothing. @default false */
  readonly dryRun?: boolean;
};

/** Keys in one call. */
const AT_ONCE = 500;

/** Keys that are worked on at once. */
const IN_FLIGHT = 20;

/**
 * Removes a person from everything that is kept in Redis, in every region: their number, what they have said, and what was written
 * to them alone. Whoever is on the suppression list stays on it, under a hash. Lists in which somebody stands keep their length:
 * whoever is forgotten is texted nothing, and counted as suppressed.
 *
 * It may be cut off and made again, and goes through all keys of the prefix, by page.
 *
 * @throws ProducerError `VOLLEY_INVALID_SUPPRESSION` for what is no number, `VOLLEY_SUPPRESSION_SECRET`; and
 *   `VOLLEY_SUPPRESSION_UNCONFIRMED` where so many replicas of Redis (`optOutReplicas`) do not have the list in time: everything
 *   else is done, and the same call may be made again
 */
export async function forgetPerson(
  access: QueueAccess,
  terms: Pick<ListTerms, "numbering" | "replicas" | "timeoutMs">,
  given: string,
  options: ForgetOptions = {},
): Promise<Forgotten> {
  const person = personOf(requireNumber("number", given));
  const found = countsOf(FORGOTTEN_KINDS);
  const left = countsOf(LEFT_REASONS);
  const search: Search = {
    access,
    person,
    isDry: options.dryRun === true,
    found: (kind, count = 1) => void (found[kind] += count),
    left: (reason) => void (left[reason] += 1),
  };
  const seen = await forgetInKeys(search, terms.numbering);
  for (const id of seen.stages) await forgetInStage(search, id, `${access.prefix}:stages:${id}`, seen.owners);
  await forgetTexts(search, seen);
  await forgetSuppressed(search, terms, seen);
  return { found, left };
}

function countsOf<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

async function forgetInKeys(search: Search, numbering: Numbering): Promise<Seen> {
  const { access, person } = search;
  const seen: Seen = { owners: new Map(), stages: new Set(), scopes: new Set(), batches: new Set() };
  const heard = `heard:${writeToken(tokenOf(person.number, numbering))}`;
  for await (const page of keysOf(access)) {
    for (let at = 0; at < page.length; at += IN_FLIGHT) {
      await Promise.all(page.slice(at, at + IN_FLIGHT).map(async (place) => forgetInKey(search, place, seen)));
    }
    for (const { parts } of page) {
      const name = parts.slice(1).join(":");
      if (parts[0] === "suppressions" && name.startsWith(heard)) seen.scopes.add(name.slice(heard.length));
    }
  }
  return seen;
}

/** Only after all of their batches were found it is known whose texts are theirs. */
async function forgetTexts(search: Search, { batches }: Seen): Promise<void> {
  if (batches.size === 0) return;
  for await (const page of keysOf(search.access, "volley-")) {
    for (const { key, parts, type } of page) {
      const place = jobAt(parts);
      if (type === "hash" && place !== null) await forgetText(search, place, key, batches);
    }
  }
}

/** The list, what was said by whoever is held, and proofs. */
async function forgetSuppressed(
  { access, person, isDry, found }: Search,
  terms: Pick<ListTerms, "numbering" | "replicas" | "timeoutMs">,
  seen: Seen,
): Promise<void> {
  const { link, prefix } = access;
  const { numbering } = terms;
  const list = { redis: link.connection, prefix, numbering, writes: confirmedWrites(access, terms) };
  const wanted = { number: person.number, scopes: [...seen.scopes], isDry };
  const replied = repliedKey(prefix, tokenOf(person.number, numbering));
  const hidden =
    numbering.hidden === null ? [] : [proofKeys({ prefix, numbering: numbering.hidden }, person.number).heard];
  const keys = [...Object.values(proofKeys(list, person.number)), ...hidden, replied];
  found(
    "proofs",
    await link.run(async () => (isDry ? link.connection.exists(...keys) : link.connection.unlink(...keys))),
  );
  const had = await link.run(async () =>
    forgetEntries(list, wanted).catch((error: unknown) => {
      throw codedError(error);
    }),
  );
  found("list", had.entries);
  found("held", had.held);
}

/** All keys of the prefix, by page, with what they are. */
async function* keysOf({ link, prefix }: QueueAccess, begins = ""): AsyncGenerator<KeyPlace[]> {
  const { connection, run } = link;
  const match = `${prefix.replaceAll(/[[\]*?\\^]/g, String.raw`\$&`)}:${begins}*`;
  for (const node of await run(async () => nodesOf(connection))) {
    for (let cursor = "0"; ;) {
      const [next, keys] = await run(async () => node.scan(cursor, "MATCH", match, "COUNT", AT_ONCE));
      const types = await run(async () => Promise.all(keys.map(async (key) => connection.type(key))));
      yield keys.map((key, at) => ({ key, parts: key.slice(prefix.length + 1).split(":"), type: types[at] ?? "none" }));
      if (next === "0") break;
      cursor = next;
    }
  }
}

async function nodesOf(connection: Redis | Cluster): Promise<Redis[]> {
  return connection instanceof Cluster ? connection.nodes("master") : [connection];
}
