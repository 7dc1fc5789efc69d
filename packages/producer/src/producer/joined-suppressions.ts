import { normaliseRecipient } from "@volley/contract";
import { carryList, COPY_OF, hashOfNumber } from "@volley/opt-outs";
import { invalidCursor } from "../follow/read-batches.ts";
import { hasCode } from "../terms/producer-error.ts";
import {
  controlSuppressions,
  openList,
  removeNumbers,
  type SuppressionControl,
  type SuppressionEntry,
  type SuppressionScope,
} from "../way-back/control-suppressions.ts";
import type { SuppressionProof } from "../way-back/control-proof.ts";
import { confirmedWrites } from "../way-back/list-terms.ts";
import { piecesOf, requireScope } from "../way-back/suppression-input.ts";
import type { AllStores, Store } from "./stores.ts";

const CURSOR = /^(?<index>\d{1,4})\.(?<inner>.*)$/;

/**
 * The calls about the lists of every Redis. An entry of one region is in that region's. One that counts for all, or for a sender, is put
 * into the list at home, as a hash, and brought to all others before the call is answered.
 */
export function controlAllSuppressions(stores: AllStores): SuppressionControl {
  const { home, all, of } = stores;
  const [own, ...others] = all.map((store) => controlSuppressions(store.context, store.terms));
  if (own === undefined || others.length === 0) return controlSuppressions(home.context, home.terms);
  const controls = [own, ...others];
  const controlOf = (store: Store): SuppressionControl => controls[all.indexOf(store)] ?? own;
  return {
    add: async (numbers, options = {}) => {
      const region = regionOf(options.scope);
      if (region !== null) return controlOf(of(region)).add(numbers, options);
      const counts = await own.add(hidden(home, numbers), options);
      await settled(others.length === 0 ? [] : all.slice(1).map(async (to) => carry(home, to)));
      return counts;
    },
    remove: async (numbers, options = {}) => {
      const region = regionOf(options.scope);
      if (region !== null) return controlOf(of(region)).remove(numbers, options);
      const each = piecesOf(numbers).flat();
      const gone = await settled(all.map(async (store) => removeFrom(store, each, options)));
      const removed = new Set(gone.flatMap((set) => [...set]));
      return { removed: removed.size, absent: each.length - removed.size };
    },
    acceptList: async () => void (await settled(controls.map(async ({ acceptList }) => acceptList()))),
    check: async (number) => withoutCopies((await settled(controls.map(async ({ check }) => check(number)))).flat()),
    list: async ({ cursor } = {}) => {
      const { index, inner } = readCursor(cursor, controls.length);
      const page = await (controls[index] ?? own).list({ cursor: inner || "0" });
      return { entries: page.entries.filter(isOriginal), cursor: nextCursor(index, page.cursor, controls.length) };
    },
    held: async ({ cursor, ...options } = {}) => {
      const { index, inner } = readCursor(cursor, controls.length);
      const page = await (controls[index] ?? own).held({ ...options, ...(inner !== "" && { cursor: inner }) });
      return { held: page.held, cursor: nextCursor(index, page.cursor, controls.length) };
    },
    decide: async (entry, decision, options) => {
      const region = regionOf(Object(entry).scope as SuppressionScope | undefined);
      const asked = region === null ? controls : [controlOf(of(region))];
      const answers = await settled(asked.map(async ({ decide }) => decide(entry, decision, options)));
      return { decided: answers.some(({ decided }) => decided) };
    },
    proof: async (number) => joinProofs(await settled(controls.map(async ({ proof }) => proof(number)))),
  };
}

/** A copy says nothing that the entry itself does not, unless that one is gone. */
function withoutCopies(entries: readonly SuppressionEntry[]): SuppressionEntry[] {
  const originals = entries.filter(isOriginal);
  const scopes = new Set(originals.map(({ scope }) => JSON.stringify(scope)));
  const copies = new Map<string, SuppressionEntry>();
  for (const entry of entries) if (!isOriginal(entry)) copies.set(JSON.stringify(entry.scope), entry);
  return [...originals, ...[...copies].flatMap(([scope, copy]) => (scopes.has(scope) ? [] : [copy]))];
}

/** What is of one region is in its Redis. */
function regionOf(scope: SuppressionScope | undefined): string | null {
  return typeof scope === "object" && scope !== null && "region" in scope ? Object(requireScope(scope)).region : null;
}

function isOriginal({ who }: SuppressionEntry): boolean {
  return !who.startsWith(COPY_OF);
}

/** Nobody's number stands in the list at home. What is no number is told to be none by whoever adds it. */
function hidden({ terms: { numbering } }: Store, numbers: string | readonly string[]): readonly string[] {
  const all: readonly unknown[] = Array.isArray(numbers) ? numbers : [numbers];
  return all.map((number) => {
    const digits = typeof number === "string" ? normaliseRecipient(number) : null;
    return digits !== null && /^\d+$/.test(digits) ? hashOfNumber(digits, numbering) : (number as string);
  });
}

/** Also where it stands as a hash: then nothing is noted under the number. */
async function removeFrom(
  { context, terms }: Store,
  numbers: readonly string[],
  options: Parameters<SuppressionControl["remove"]>[1] & object,
): Promise<Set<string>> {
  const { numbering } = terms;
  const open = openList(context, { ...terms, numbering: { ...numbering, hidden: null } });
  const { gone } = await removeNumbers(open.run, numbers, options);
  if (numbering.hidden === null) return new Set(gone);
  const hashes = new Map(numbers.map((number) => [hashOfNumber(number, numbering), number]));
  const asHashes = openList(context, { ...terms, numbering: numbering.hidden });
  const more = await removeNumbers(asHashes.run, [...hashes.keys()], options);
  return new Set([...gone, ...[...more.gone].flatMap((hash) => hashes.get(hash) ?? [])]);
}

async function carry(from: Store, to: Store): Promise<void> {
  const { link, prefix } = to.context;
  const writes = confirmedWrites(to.context, to.terms);
  await link.run(async () =>
    from.context.link.run(async () =>
      carryList({
        from: { name: from.name, redis: from.context.link.connection },
        to: { name: to.name, redis: link.connection, writes },
        prefix,
        numbering: to.terms.numbering,
      }),
    ),
  );
}

/** Does all of them, also where one fails: that one is told of then. */
async function settled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(work);
  const failed = ends.filter((end) => end.status === "rejected");
  const [first] = failed;
  // What is wrong with the call is no trouble of one Redis.
  const grave = failed.find(({ reason }) => !hasCode(reason, "VOLLEY_REDIS_UNAVAILABLE")) ?? first;
  if (grave) throw grave.reason;
  return ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
}

function readCursor(cursor: unknown, count: number): { readonly index: number; readonly inner: string } {
  if (cursor === undefined) return { index: 0, inner: "" };
  const { index, inner = "" } = (typeof cursor === "string" ? CURSOR.exec(cursor)?.groups : undefined) ?? {};
  if (index === undefined || Number(index) >= count) throw invalidCursor();
  return { index: Number(index), inner };
}

function nextCursor(index: number, inner: string | null, count: number): string | null {
  if (inner !== null) return `${index}.${inner}`;
  return index + 1 < count ? `${index + 1}.` : null;
}

function joinProofs(proofs: readonly SuppressionProof[]): SuppressionProof {
  const entries = proofs.flatMap(({ on_list }) => on_list);
  const originals = entries.filter(({ who }) => !who.startsWith(COPY_OF));
  const firsts = proofs.flatMap(({ withheld }) => withheld.first_at ?? []).toSorted();
  const last = proofs.flatMap(({ withheld }) => withheld.last).toSorted((one, other) => byTime(other, one));
  return {
    on_list: originals.length > 0 ? originals : entries,
    heard: proofs.flatMap(({ heard }) => heard).toSorted(byTime),
    withheld: {
      total: proofs.reduce((sum, { withheld }) => sum + withheld.total, 0),
      first_at: firsts[0] ?? null,
      last: last.slice(0, 10),
    },
    too_late: proofs.flatMap(({ too_late }) => too_late),
    not_known: [...new Set(proofs.flatMap(({ not_known }) => not_known))],
  };
}

function byTime(one: { readonly at: string }, other: { readonly at: string }): number {
  return Date.parse(one.at) - Date.parse(other.at);
}
