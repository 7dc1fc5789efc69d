import { LIMITS, OPTION, requireOptions, type ScriptConnection, wholeNumber } from "@volley/contract";
import type { Numbering, Scope } from "@volley/opt-outs";
import { decideHeld, type Held, readHeld } from "@volley/receipts";
import type { Cluster, Redis } from "ioredis";
import { invalidCursor } from "../follow/read-batches.ts";
import { invalidSuppression, requireNumber, requireScope, requireTexts } from "./suppression-input.ts";

/** Somebody who is held until a person decides, and what they have said. */
export type HeldEntry = Held;

/** Whom a decision is about: an entry of `held`, or a number and for whom it is held. */
export type HeldPlace = {
  readonly number: string;
  readonly scope: Scope;
  /** The message that was read: where another one holds them now, nothing is decided. */
  readonly message_id?: string;
};

/** The calls about those who may want no more messages. */
export type HeldControl = {
  /**
   * Those who are held by what they have answered, in pages, in an order that means nothing. Up to 100,000 are named.
   *
   * @param options - `limit`: the most of a page, at most 1,000. @default 1000
   * @throws ProducerError `VOLLEY_INVALID_CURSOR`
   */
  readonly held: (options?: {
    readonly cursor?: string;
    readonly limit?: number;
  }) => Promise<{ readonly held: readonly HeldEntry[]; readonly cursor: string | null }>;
  /**
   * Decides about somebody who is held: `stop` puts them on the list as if they had said STOP, so that START takes them off;
   * `no` lets them go. The same message does not hold them again.
   *
   * @param options - `who` has decided, in at most 60 characters; `why`, in at most 200. @default the ID of the message
   * @returns whether it was decided: not where nobody is held like that, or not any more
   * @throws ProducerError as `add`
   */
  readonly decide: (
    entry: HeldPlace,
    decision: "stop" | "no",
    options: { readonly who: string; readonly why?: string },
  ) => Promise<{ readonly decided: boolean }>;
};

type HeldOptions = {
  readonly redis: Redis | Cluster;
  readonly writes: ScriptConnection;
  readonly prefix: string;
  readonly numbering: Numbering;
  readonly proofS: number;
  readonly ask: <T>(step: () => Promise<T>) => Promise<T>;
  readonly now: () => Date;
};

const CURSOR = /^[\w-]{16}$/;

export function controlHeld({ redis, writes, prefix, numbering, proofS, ask, now }: HeldOptions): HeldControl {
  return {
    held: async (options = {}) => {
      requireOptions("suppressions.held", options, {
        cursor: OPTION.anything,
        limit: wholeNumber(1),
      });
      const { cursor = "", limit = LIMITS.batchesInResult } = options;
      if (cursor !== "" && !(typeof cursor === "string" && CURSOR.test(cursor))) throw invalidCursor();
      return ask(async () => readHeld(redis, prefix, { cursor, limit: Math.min(LIMITS.batchesInResult, limit) }));
    },
    decide: async (entry, answer, options) => {
      requireOptions("suppressions.decide", options, { who: OPTION.text, why: OPTION.text });
      const { who, why = "" } = options;
      if (who === undefined) throw new TypeError("suppressions.decide: who: expected a text of at least 1 character");
      requireTexts({ who, why });
      if (!["stop", "no"].includes(answer)) throw invalidSuppression("decision: expected stop or no");
      const decision = { ...placeOf(entry), answer, who, why };
      return {
        decided: await ask(async () => decideHeld({ redis, writes, prefix, numbering, proofS }, decision, now())),
      };
    },
  };
}

function placeOf(entry: HeldPlace): { number: string; scope: Scope; messageId: string | undefined } {
  if (typeof entry !== "object" || entry === null) throw invalidSuppression("entry: expected an entry of held");
  const { number, scope, message_id: messageId } = entry;
  return { number: requireNumber("number", number), scope: requireScope(scope), messageId };
}
