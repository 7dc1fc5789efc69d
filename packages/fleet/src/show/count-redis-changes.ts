import type { Registry } from "@volley/runtime";
import { Counter } from "prom-client";
import type { FleetLook } from "../look/create-fleet.ts";

/** Counts how often another process of Redis answers than before. @returns the look, which is counted then */
export function countRedisChanges(registry: Registry, look: () => Promise<FleetLook>): () => Promise<FleetLook> {
  let known: string | null = null;
  const changes = new Counter({
    name: "volley_redis_changes_total",
    help: "How often another process of Redis answered than before: restarts and failovers.",
    registers: [registry],
    collect: async () => void (await counted()),
  });
  const counted = async (): Promise<FleetLook> => {
    const seen = await look();
    const identity = seen.redis?.identity ?? known;
    if (known !== null && identity !== known) changes.inc();
    known = identity;
    return seen;
  };
  return counted;
}
