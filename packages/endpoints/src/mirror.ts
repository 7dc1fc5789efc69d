import { eventsKey } from "@volley/receipts";
import { endpointKey, endpointsKey } from "./keys.ts";
import { ADD } from "./scripts.ts";
import { type EndpointPlace, MOST_ENDPOINTS, removeEndpoint } from "./store.ts";

/** What an endpoint is, wherever it stands. */
const DEFINED = ["url", "types", "regions", "secrets", "created_at"] as const;

/** Whether it gets anything: what was said last counts. */
const STATE = ["state", "since", "reason"] as const;

/** The field that says that it came from elsewhere. */
const COPIED = "copied";

/**
 * Makes the endpoints of one Redis those of another, too, where regions have one of their own: each delivers what happens in it. How far
 * they are is each one's own. It may be cut off and made again, by any number of processes.
 */
export async function mirrorEndpoints(from: EndpointPlace, to: EndpointPlace): Promise<void> {
  const [wanted, there] = await Promise.all(
    [from, to].map(async ({ redis, prefix }) => redis.smembers(endpointsKey(prefix))),
  );
  for (const id of wanted ?? []) await mirror(from, to, id);
  for (const id of there ?? []) {
    if (wanted?.includes(id) !== false) continue;
    // One that was made there is nobody else's to remove.
    if ((await to.redis.hexists(endpointKey(to.prefix, id), COPIED)) === 1) await removeEndpoint({ ...to, id });
  }
}

async function mirror(from: EndpointPlace, to: EndpointPlace, id: string): Promise<void> {
  const [own, copy] = await Promise.all(
    [from, to].map(async ({ redis, prefix }) => redis.hgetall(endpointKey(prefix, id))),
  );
  if (own?.["url"] === undefined) return;
  if (copy?.["url"] === undefined) {
    const fields = [...DEFINED, ...STATE].flatMap((name) => (own[name] === undefined ? [] : [name, own[name]]));
    await ADD.run(
      to.redis,
      [endpointsKey(to.prefix), endpointKey(to.prefix, id), eventsKey(to.prefix)],
      [id, MOST_ENDPOINTS, COPIED, "1", ...fields],
    );
    return;
  }
  const isNewer = (own["since"] ?? "") > (copy["since"] ?? "");
  const names = [...DEFINED, ...(isNewer ? STATE : [])].filter((name) => own[name] !== copy[name]);
  if (names.length === 0) return;
  const key = endpointKey(to.prefix, id);
  const gone = names.filter((name) => own[name] === undefined);
  await to.redis.hset(
    key,
    Object.fromEntries(names.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]))),
  );
  if (gone.length > 0) await to.redis.hdel(key, ...gone);
}
