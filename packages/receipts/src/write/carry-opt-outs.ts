import { createNumbering, hear, type ListCarrier, startListCarrier } from "@volley/opt-outs";
import type { Cluster, Redis } from "ioredis";
import type { Callback } from "../callback/callback.ts";
import { inboundText } from "../callback/inbound-text.ts";

/** A Redis with a list of its own: its name among the others, and the regions that are in it. */
export type OptOutPlace = {
  readonly name: string;
  readonly redis: Redis | Cluster;
  /** Of that which is of no region, none: all others are there. */
  readonly regions: readonly string[];
};

/** Brings what people have said to the lists of all regions. */
export type OptOutCarrier = Pick<ListCarrier, "settle" | "close"> & {
  /** Resolves once what a callback may have changed is in every list. Rejects where one cannot be reached: the callback has to come again. */
  readonly carried: (region: string, callback: Callback) => Promise<void>;
};

type Settings = {
  readonly prefix: string;
  readonly suppressionSecret: string | undefined;
  readonly receipts: { readonly optOuts: { readonly startWords: readonly string[] } };
};

/** The code by which a network says that somebody has opted out there. */
const OPTED_OUT = 257;

const CHANGES: ReadonlySet<string> = new Set(["stop", "maybe", "start"]);

/**
 * Starts it. The provider repeats no opt-out that was acknowledged: it is acknowledged once it counts everywhere.
 *
 * @param home - the first of the places: of all regions that none of the others has
 */
export function carryOptOuts(
  { prefix, suppressionSecret, receipts }: Settings,
  [home, ...others]: readonly [OptOutPlace, ...OptOutPlace[]],
  log: { readonly warn: (fields: object, message: string) => void },
): OptOutCarrier {
  const { startWords } = receipts.optOuts;
  const places = [home, ...others];
  const carrier = startListCarrier({ places, prefix, numbering: createNumbering(suppressionSecret), log });
  return {
    ...carrier,
    carried: async (region, callback) => {
      if (others.length === 0 || !mayOptOut(callback, startWords)) return;
      await carrier.flush((others.find(({ regions }) => regions.includes(region)) ?? home).name);
    },
  };
}

function mayOptOut(callback: Callback, startWords: readonly string[]): boolean {
  if (callback.kind === "recipient") return Number(callback.details["code"]) === OPTED_OUT;
  return callback.kind === "inbound" && CHANGES.has(hear(inboundText(callback.message), { startWords }));
}
