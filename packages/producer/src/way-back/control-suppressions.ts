import { kindOf, oneOf, OPTION, readTime, requireOptions } from "@volley/contract";
import {
  ENTRY_KINDS,
  type EntryKind,
  type Listed,
  notTheList,
  openSuppressionList,
  shownWho,
  type Scope,
  type SuppressionList,
} from "@volley/opt-outs";
import { invalidCursor } from "../follow/read-batches.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { codedError, confirmedWrites, type ListTerms } from "./list-terms.ts";
import { controlProof, type ProofControl } from "./control-proof.ts";
import { controlHeld, type HeldControl } from "./control-held.ts";
import { invalidSuppression, piecesOf, requireNumberOrHash, requireScope, requireTexts } from "./suppression-input.ts";

/** For whom somebody is suppressed: for all (the default), in one region, or for one sender of yours. */
export type SuppressionScope = Scope;

/** An entry of the suppression list. */
export type SuppressionEntry = {
  /** `null` where numbers stand in the list as hashes. */
  readonly number: string | null;
  /** `hash:…` where there is no number, which `add` takes into a list with the same secret. */
  readonly hash?: string;
  readonly scope: SuppressionScope;
  /** `stop`: asked for; `network`: a network's code says so; `operator`: somebody here; `maybe`: held until somebody decides. */
  readonly kind: EntryKind;
  /** ISO-8601, to the second. */
  readonly at: string;
  readonly who: string;
  readonly why: string;
};

/** What is said of new entries. */
export type SuppressionOptions = {
  /** @default "all" */
  readonly scope?: SuppressionScope;
  /** @default "operator" */
  readonly kind?: EntryKind;
  /** When it was asked for: ISO-8601. A time that is still to come is taken for now. @default now */
  readonly at?: string;
  /** Who puts them in, or takes them off, in at most 60 characters. @default "operator" */
  readonly who?: string;
  /** In at most 200 characters. */
  readonly why?: string;
};

/** The calls about those who must not be texted. */
export type SuppressionControl = HeldControl &
  ProofControl & {
    /**
     * Adds numbers to the list. Whoever is on it is left out of everything that is handed over after the answer. An entry that is
     * there stays as it is; one that was held is certain then.
     *
     * @param numbers - or hashes, as entries have them
     * @throws ProducerError `VOLLEY_INVALID_SUPPRESSION` naming what is wrong and never the number: nothing is added;
     *   `VOLLEY_SUPPRESSION_SECRET` where the list was written with another secret than the producer's `suppressionSecret`;
     *   `VOLLEY_SUPPRESSION_UNCONFIRMED` where so many replicas of Redis (`optOutReplicas`) do not have it in time: it may be kept
     *   or not, and the same call may be made again
     */
    readonly add: (
      numbers: string | readonly string[],
      options?: SuppressionOptions,
    ) => Promise<{ readonly added: number; readonly confirmed: number; readonly known: number }>;
    /**
     * Takes numbers off the list: all their entries, or those of one scope. Their proof names `who` did so, and `why`.
     *
     * @returns how many numbers were on it, and how many were not
     * @throws ProducerError as `add`
     */
    readonly remove: (
      numbers: string | readonly string[],
      options?: Pick<SuppressionOptions, "scope" | "who" | "why">,
    ) => Promise<{ readonly removed: number; readonly absent: number }>;
    /**
     * Says that the list counts as it stands in Redis. Workers that have read a newer one, or another, which Redis has lost, send
     * nothing until then: put back what is missing first.
     *
     * @throws ProducerError `VOLLEY_SUPPRESSION_UNREADABLE` where its version cannot be read: nothing is said then;
     *   `VOLLEY_SUPPRESSION_UNCONFIRMED`
     */
    readonly acceptList: () => Promise<void>;
    /** The entries of a number, none where it is not on the list. @throws ProducerError as `add` */
    readonly check: (number: string) => Promise<readonly SuppressionEntry[]>;
    /**
     * The list in pages, in no order that means anything: a page may be empty, and those of a million entries have some 4,000.
     *
     * @throws ProducerError `VOLLEY_INVALID_CURSOR`
     */
    readonly list: (options?: {
      readonly cursor?: string;
    }) => Promise<{ readonly entries: readonly SuppressionEntry[]; readonly cursor: string | null }>;
  };

const REMOVE = { scope: OPTION.anything, who: OPTION.text, why: OPTION.text };

const ADD = {
  ...REMOVE,
  kind: oneOf(ENTRY_KINDS),
  at: OPTION.anything,
};

const CURSOR = /^\d{1,6}$/;

/** The calls about the list. */
export function controlSuppressions(access: ListAccess, terms: ListTerms): SuppressionControl {
  const [{ link, prefix }, { numbering, proofS, now }] = [access, terms];
  const [redis, writes] = [link.connection, confirmedWrites(access, terms)];
  const { ask, run } = openList(access, terms, writes);
  return {
    add: async (numbers, options = {}) => {
      requireOptions("suppressions.add", options, ADD);
      const entry = entryOf(options, now());
      const counts = { added: 0, confirmed: 0, known: 0 };
      for (const piece of piecesOf(numbers, requireNumberOrHash)) {
        const endings = await run(async ({ add }) => add(piece.map((number) => ({ number, ...entry }))));
        for (const ending of endings) counts[ending] += 1;
      }
      return counts;
    },
    remove: async (numbers, options = {}) => {
      requireOptions("suppressions.remove", options, REMOVE);
      const { gone, absent } = await removeNumbers(run, piecesOf(numbers).flat(), options);
      return { removed: gone.size, absent };
    },
    acceptList: async () => run(async ({ accept }) => accept()),
    check: async (number) => {
      const [[one = ""] = []] = piecesOf([number]);
      return (await run(async ({ find }) => find(one))).map(shown);
    },
    list: async (options = {}) => {
      requireOptions("suppressions.list", options, { cursor: OPTION.anything });
      const { cursor = "0" } = options;
      if (!CURSOR.test(cursor)) throw invalidCursor();
      const { entries, next } = await run(async ({ page }) => page(Number(cursor)));
      return { entries: entries.map(shown), cursor: next === null ? null : String(next) };
    },
    ...controlProof({ redis, prefix, numbering, ask }),
    ...controlHeld({ redis, writes, prefix, numbering, proofS, ask, now }),
  };
}

/** Whatever it throws has the producer's code. */
export function openList(
  { link, prefix }: ListAccess,
  terms: ListTerms,
  writes = confirmedWrites({ link, prefix }, terms),
) {
  const { numbering, proofS } = terms;
  const list = openSuppressionList({ redis: link.connection, prefix, numbering, writes, proofS });
  const ask = async <T>(step: () => Promise<T>): Promise<T> =>
    link.run(async () =>
      step().catch((error: unknown) => {
        throw codedError(notTheList(error) ?? error);
      }),
    );
  const run: RunOnList = async (step) => ask(async () => step(list));
  return { ask, run };
}

type ListAccess = Pick<QueueAccess, "link" | "prefix">;

type RunOnList = <T>(step: (opened: SuppressionList) => Promise<T>) => Promise<T>;

/** @param numbers - or hashes */
export async function removeNumbers(
  run: RunOnList,
  numbers: string | readonly string[],
  options: Pick<SuppressionOptions, "scope" | "who" | "why">,
): Promise<{ readonly gone: ReadonlySet<string>; readonly absent: number }> {
  const by = actorOf(options);
  const scope = options.scope === undefined ? null : requireScope(options.scope);
  const gone = new Set<string>();
  const pieces = piecesOf(numbers, requireNumberOrHash);
  for (const piece of pieces) {
    for (const number of await run(async (opened) => removeFrom(opened, piece, scope, by))) gone.add(number);
  }
  return { gone, absent: pieces.flat().length - gone.size };
}

/** All of them at once: a thousand numbers one after the other take longer than Redis may, where it is not next door. */
async function removeFrom(
  { find, remove }: SuppressionList,
  numbers: readonly string[],
  scope: Scope | null,
  by: ReturnType<typeof actorOf>,
): Promise<Set<string>> {
  const scopesOf = async (number: string): Promise<Scope[]> =>
    scope === null ? (await find(number)).map((entry) => entry.scope) : [scope];
  const scopes = await Promise.all(numbers.map(scopesOf));
  const entries = numbers.flatMap((number, place) => (scopes[place] ?? []).map((each) => ({ number, scope: each })));
  const gone = await remove(entries, by);
  return new Set(entries.filter((_, place) => gone[place] !== null).map(({ number }) => number));
}

/** A copy says which list has the entry itself. */
function shown({ at, who, ...entry }: Listed): SuppressionEntry {
  return { ...entry, at: at.toISOString(), who: shownWho(who) };
}

function actorOf({ who = "operator", why = "" }: Pick<SuppressionOptions, "who" | "why">) {
  requireTexts({ who, why });
  return { who, why };
}

function entryOf({ scope = "all", kind = "operator", at, ...by }: SuppressionOptions, now: Date) {
  const time = at === undefined ? now : typeof at === "string" ? readTime(at) : null;
  if (time === null) throw invalidSuppression(`at: expected a time such as 2026-12-01T09:00:00Z, got ${kindOf(at)}`);
  const actor = actorOf(by);
  // As whatever is heard: an entry of later than now would outlive every START until then.
  return { scope: requireScope(scope), kind, at: time > now ? now : time, ...actor };
}
