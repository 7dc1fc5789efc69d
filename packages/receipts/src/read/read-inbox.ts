import type { Cluster, Redis } from "ioredis";
import { digitsOf } from "../reached/sender.ts";
import { inboxKey } from "../terms/keys.ts";

/** A message from a phone as it is kept: the provider's fields, and what it answers to. */
export type KeptInbound = {
  readonly region: string;
  /** When it was received, as ISO-8601. */
  readonly at: string;
  /** The provider's. */
  readonly id: string;
  /** The send that it answers to; `null` where that is not known. */
  readonly send_id: string | null;
} & Readonly<Record<string, unknown>>;

/** Which ones are wanted. */
export type InboxQuery = {
  /** Behind which it begins: `0-0`, or that of the page before. */
  readonly cursor: string;
  /** The most of a page. */
  readonly limit: number;
  readonly region?: string;
  /** Numbers, however they are written. */
  readonly from?: string;
  readonly to?: string;
  /** Those received then or later. */
  readonly since?: Date;
};

/** Some of them, in the order in which they were written down. */
export type InboxPage = {
  readonly inbounds: readonly KeptInbound[];
  /** Behind what was looked at: more may come there later. */
  readonly cursor: string;
  /** Whether everything was looked at that there is now. */
  readonly isEnd: boolean;
};

/** Messages that are read by one call of Redis, and the most calls of a page: few may be wanted of very many. */
const PER_CALL = 500;
const MOST_CALLS = 20;

/** Nothing that was received is written down earlier, whatever the provider's clock says. */
const CLOCKS_MS = 60 * 60 * 1_000;

export async function readInbox(redis: Redis | Cluster, prefix: string, query: InboxQuery): Promise<InboxPage> {
  const isWanted = wanted(query);
  const inbounds: KeptInbound[] = [];
  let cursor = beginning(query);
  for (let call = 0; call < MOST_CALLS; call += 1) {
    const entries = await redis.xrange(inboxKey(prefix), `(${cursor}`, "+", "COUNT", PER_CALL);
    for (const [id, fields] of entries) {
      const inbound = inboundOf(fields);
      if (isWanted(inbound)) {
        if (inbounds.length === query.limit) return { inbounds, cursor, isEnd: false };
        inbounds.push(inbound);
      }
      cursor = id;
    }
    if (entries.length < PER_CALL) return { inbounds, cursor, isEnd: true };
  }
  return { inbounds, cursor, isEnd: false };
}

function beginning({ cursor, since }: InboxQuery): string {
  const earliest = since === undefined ? 0 : Math.max(0, since.getTime() - CLOCKS_MS);
  return Number(cursor.split("-")[0]) >= earliest ? cursor : `${earliest}-0`;
}

function wanted({ region, from, to, since }: InboxQuery): (inbound: KeptInbound) => boolean {
  const [sender, receiver] = [from, to].map((number) => number && plain(number));
  return (inbound) =>
    (region === undefined || inbound.region === region) &&
    (sender === undefined || plain(inbound["from"]) === sender) &&
    (receiver === undefined || plain(inbound["to"]) === receiver) &&
    (since === undefined || new Date(inbound.at) >= since);
}

/** A number as its digits. A sender that is a name stays one. */
function plain(number: unknown): string {
  const text = typeof number === "string" ? number : "";
  return digitsOf(text) ?? text;
}

/** They are written in this order: `at`, `region`, `data`. */
function inboundOf([, at = "", , region = "", , data = "{}"]: readonly string[]): KeptInbound {
  return { region, at, ...(JSON.parse(data) as { id: string; send_id: string | null }) };
}
