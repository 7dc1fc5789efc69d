import { randomBytes, randomUUID } from "node:crypto";
import { cursorBefore, eventId, eventsKey, outboxKey } from "@volley/receipts";
import type { Cluster, Redis } from "ioredis";
import { type DisabledReason, type Endpoint, type KeptEndpoint, readEndpoint, shownEndpoint } from "./endpoint.ts";
import type { ReadEndpointOptions } from "./endpoint-options.ts";
import { endpointKey, endpointLeaseKey, endpointsKey, openKey } from "./keys.ts";
import { ADD, CHANGE, DISABLE } from "./scripts.ts";
import { newSecret, rotated } from "./secrets.ts";

/** What all of them need. */
export type EndpointPlace = { readonly redis: Redis | Cluster; readonly prefix: string };

/** An endpoint of a place. */
export type EndpointAddress = EndpointPlace & { readonly id: string };

type GoodOptions = Extract<ReadEndpointOptions, { ok: true }>;

/** Each of them is a handful of connections and commands a second. */
export const MOST_ENDPOINTS = 100;

/** How often a secret is changed anew where somebody else has changed it meanwhile. */
const MOST_TRIES = 5;

const ID_BYTES = 12;

/** @returns the endpoint and its secret; `null` where there are as many as may be */
export async function addEndpoint(
  { redis, prefix }: EndpointPlace,
  { url, types, regions }: GoodOptions,
  now: Date,
): Promise<{ readonly endpoint: Endpoint; readonly secret: string } | null> {
  const id = `ep_${randomBytes(ID_BYTES).toString("hex")}`;
  const secret = newSecret();
  const at = now.toISOString();
  const fields = {
    url,
    ...(types && { types: types.join(",") }),
    ...(regions && { regions: regions.join(",") }),
    secrets: JSON.stringify([{ secret, until: null }]),
    state: "enabled",
    since: at,
    created_at: at,
  };
  const keys = [endpointsKey(prefix), endpointKey(prefix, id), eventsKey(prefix)];
  if ((await ADD.run(redis, keys, [id, MOST_ENDPOINTS, ...Object.entries(fields).flat()])) === 0) return null;
  const kept = readEndpoint(id, { ...fields, cursor: "" });
  return kept && { endpoint: shownEndpoint(kept, 0), secret };
}

/** @returns all of them, the oldest first */
export async function readEndpoints({ redis, prefix }: EndpointPlace): Promise<KeptEndpoint[]> {
  const ids = await redis.smembers(endpointsKey(prefix));
  const found = await Promise.all(ids.map(async (id) => readKept({ redis, prefix, id })));
  return found
    .filter((endpoint) => endpoint !== null)
    .sort((one, other) => one.created_at.localeCompare(other.created_at) || one.id.localeCompare(other.id));
}

/** As {@link readEndpoints}, and what waits for each. */
export async function listEndpoints(place: EndpointPlace): Promise<Endpoint[]> {
  const endpoints = await readEndpoints(place);
  return Promise.all(endpoints.map(async (endpoint) => withWaiting(place, endpoint)));
}

/** @returns `null` where there is no such endpoint */
export async function getEndpoint({ id, ...place }: EndpointAddress): Promise<Endpoint | null> {
  const endpoint = await readKept({ ...place, id });
  return endpoint && withWaiting(place, endpoint);
}

/** @returns the new secret, beside which the old one goes on signing for a day; `null` where there is no such endpoint */
export async function rotateSecret(address: EndpointAddress, now: Date): Promise<string | null> {
  const secret = newSecret();
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const endpoint = await readKept(address);
    if (endpoint === null) return null;
    const secrets = JSON.stringify(rotated(endpoint.secrets, secret, now));
    if (await change(address, { secrets }, ["secrets", JSON.stringify(endpoint.secrets)])) return secret;
  }
  throw new Error("others change the secret at the same time again and again");
}

/** Goes on where it stopped, with whatever waits at once. @returns whether there is such an endpoint */
export async function enableEndpoint(address: EndpointAddress, now: Date): Promise<boolean> {
  const fields = { state: "enabled", since: now.toISOString(), fresh: "1", reason: "", failing_since: "", failure: "" };
  if (await change(address, fields, ["state", "disabled"])) return true;
  return (await readKept(address)) !== null;
}

/** Delivers nothing more, and tells the others of it. Events go on waiting. @returns whether that is new */
export async function disableEndpoint(
  { redis, prefix, id }: EndpointAddress,
  reason: DisabledReason,
  now: Date,
): Promise<boolean> {
  const type = "endpoint.disabled";
  const at = now.toISOString();
  const data = JSON.stringify({ endpoint_id: id, reason });
  const keys = [endpointKey(prefix, id), eventsKey(prefix), outboxKey(prefix)];
  return (await DISABLE.run(redis, keys, [reason, at, eventId(type, id, at), type, data])) === 1;
}

/** Forgets it, and what waits for it. @returns whether there was such an endpoint */
export async function removeEndpoint({ redis, prefix, id }: EndpointAddress): Promise<boolean> {
  // Whoever delivers to it writes nothing more once the endpoint and the lease are gone.
  const results = await redis
    .multi()
    .srem(endpointsKey(prefix), id)
    .del(endpointKey(prefix, id), openKey(prefix, id), endpointLeaseKey(prefix, id))
    .exec();
  return results?.[0]?.[1] === 1;
}

/** Delivers everything anew that came since a time, in the places of the stream. @returns whether there is such an endpoint */
export async function replayEvents(address: EndpointAddress, since: Date): Promise<boolean> {
  return change(address, { replay: `${cursorBefore(since)} ${randomUUID()}` });
}

async function readKept({ redis, prefix, id }: EndpointAddress): Promise<KeptEndpoint | null> {
  return readEndpoint(id, await redis.hgetall(endpointKey(prefix, id)));
}

async function withWaiting({ redis, prefix }: EndpointPlace, endpoint: KeptEndpoint): Promise<Endpoint> {
  return shownEndpoint(endpoint, await redis.hlen(openKey(prefix, endpoint.id)));
}

async function change(
  { redis, prefix, id }: EndpointAddress,
  fields: Readonly<Record<string, string>>,
  expected: readonly [field: string, value: string] = ["", ""],
): Promise<boolean> {
  const values = [...expected, ...Object.entries(fields).flat()];
  return (await CHANGE.run(redis, [endpointKey(prefix, id)], values)) === 1;
}
