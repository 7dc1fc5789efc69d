import {
  type EntryKind,
  type KeptProof,
  type Numbering,
  openProofs,
  openSuppressionList,
  readScopeCode,
  type Scope,
  unpackEntry,
  shownWho,
} from "@volley/opt-outs";
import type { Cluster, Redis } from "ioredis";
import { readLateBatches, type LateSend, type LateSends } from "./late-batches.ts";
import { textOfInbound } from "./text-of-inbound.ts";

/** Somebody was put on the list, or taken off it. */
type ProofEntry = {
  readonly scope: Scope;
  readonly kind: EntryKind;
  /** ISO-8601, to the second. */
  readonly at: string;
  readonly who: string;
  readonly why: string;
};

/** What somebody has said, a network has, or a person has done about it. */
type ProofHeard = {
  /**
   * `stop`, `maybe`, `start`, `help`: they have said so. `network`: a code of a report says so. `decided_stop`, `decided_no`: a person
   * has decided about a `maybe`. `removed`: a person has taken them off the list.
   */
  readonly what: KeptProof["heard"][number]["what"];
  /**
   * What came of it: they are on the list (`added`), for certain now (`confirmed`), were on it (`known`), are off it (`removed`),
   * nothing was to be done (`nothing`), something was said later (`outdated`).
   */
  readonly became: KeptProof["heard"][number]["became"];
  readonly scope: Scope;
  /** When the provider has received or reported it, by its clock. */
  readonly received_at: string | null;
  /** When it was written down, and what came of it was done, in one step. */
  readonly at: string;
  /** When the provider was told so; `null` where it was told by nobody, or that is not known. */
  readonly acknowledged_at: string | null;
  readonly region: string | null;
  readonly message_id: string | null;
  readonly batch_id: string | null;
  readonly code: number | null;
  /** The first 500 characters; `null` where nobody has said anything, or it is not kept. */
  readonly text: string | null;
  /** The send that was answered or reported of; `null` where that is not known. */
  readonly send_id: string | null;
  readonly who: string | null;
  readonly why: string | null;
  /** What was removed. */
  readonly was: Omit<ProofEntry, "scope"> | null;
};

/** The proof that somebody is left in peace. Times are ISO-8601. */
export type Proof = {
  /** For whom they are on the list now, and since when. */
  readonly on_list: readonly ProofEntry[];
  /** What came, and what was done about it, the first one first. */
  readonly heard: readonly ProofHeard[];
  /** From what they were left out. */
  readonly withheld: {
    readonly total: number;
    readonly first_at: string | null;
    /** The last ten, the last first; region and send are `null` where they are not known any more. */
    readonly last: readonly {
      readonly at: string;
      readonly region: string | null;
      readonly send_id: string | null;
      /** Index of the part; `null` for a send of one. */
      readonly part: number | null;
    }[];
  };
  /** What was handed over before they were on the list, and was or may have been sent after. */
  readonly too_late: readonly LateSend[];
  /** What this cannot tell, a sentence each. */
  readonly not_known: readonly string[];
};

/** Where the proofs are. */
export type ProofSource = { readonly redis: Redis | Cluster; readonly prefix: string; readonly numbering: Numbering };

/** Reads the proof about one person. @param number - 7 to 15 digits */
export async function readProof(source: ProofSource, number: string): Promise<Proof> {
  const [kept, entries] = await Promise.all([
    openProofs(source).read(number),
    openSuppressionList(source).find(number),
  ]);
  const [heard, tooLate] = await Promise.all([
    Promise.all(kept.heard.map(async (row) => shownRow(source, row))),
    readLateBatches(source, number, kept),
  ]);
  const { total = 0, firstAt = null, last = [] } = kept.withheld ?? {};
  const onList = entries.map(({ scope, kind, at, who, why }) => ({
    scope,
    kind,
    at: at.toISOString(),
    who: shownWho(who),
    why,
  }));
  return {
    on_list: onList,
    heard,
    withheld: {
      total,
      first_at: firstAt?.toISOString() ?? null,
      last: last.map(({ at, region, sendId, part }) => ({ at: at.toISOString(), region, send_id: sendId, part })),
    },
    too_late: tooLate.sends,
    not_known: notKnown(kept, { heard, onList, ...tooLate }),
  };
}

async function shownRow(source: ProofSource, row: KeptProof["heard"][number]): Promise<ProofHeard> {
  const { what, became, scope, region = null, received_at = null, message_id = null, batch_id = null } = row;
  const { code = null, send_id = null, who = null, why = null, was, at, acknowledgedAt } = row;
  const removed = was === undefined ? null : unpackEntry(was);
  return {
    what,
    became,
    scope: readScopeCode(scope),
    received_at,
    at: at.toISOString(),
    acknowledged_at: acknowledgedAt?.toISOString() ?? null,
    region,
    message_id,
    batch_id,
    code,
    text: row.text ?? (await textOfInbound(source, { region, messageId: message_id, at })),
    send_id,
    who,
    why,
    was: removed && { ...removed, at: removed.at.toISOString() },
  };
}

const PUT_ON = new Set(["added", "confirmed", "known"]);
const SAID = new Set(["stop", "maybe", "start", "help"]);

type Shown = Pick<LateSends, "isIndexGone" | "isCut"> & {
  readonly heard: readonly ProofHeard[];
  readonly onList: readonly ProofEntry[];
};

function notKnown(kept: KeptProof, { heard, onList, isIndexGone, isCut }: Shown): string[] {
  const byThemselves = new Set(
    heard.filter(({ became }) => PUT_ON.has(became)).map(({ scope }) => JSON.stringify(scope)),
  );
  const unheard = onList.filter(({ scope }) => !byThemselves.has(JSON.stringify(scope)));
  const sentences: [boolean, string][] = [
    [
      unheard.length > 0,
      "of entries that were added or imported, or made before proofs were kept, there is what stands on the list; " +
        "what was on its way then was not noted",
    ],
    [
      isIndexGone,
      "what was on its way is not known where whom batches reach was not noted, or not any more (VOLLEY_LINK_ANSWERS_DAYS)",
    ],
    [
      heard.some(({ what, text }) => SAID.has(what) && text === null),
      "what they have written is not kept, or not any more: with VOLLEY_SUPPRESSION_SECRET it is read from the inbox",
    ],
    [
      heard.some(({ what, acknowledged_at: at }) => isToldBack(what) && at === null),
      "when some of it was acknowledged was not noted, nor, perhaps, what was on its way then",
    ],
    [kept.isHeardCut, "of more than a hundred notes the first and the last ones are kept"],
    [
      kept.isLateCut || isCut,
      "more was on its way than is looked through (5,000 batches of a sender), or kept (a hundred of a person), " +
        "or could be looked for before the provider was told",
    ],
  ];
  return sentences.filter(([isSo]) => isSo).map(([, sentence]) => sentence);
}

function isToldBack(what: ProofHeard["what"]): boolean {
  return SAID.has(what) || what === "network";
}
