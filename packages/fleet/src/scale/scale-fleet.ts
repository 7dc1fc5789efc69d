import type { Registry } from "@volley/runtime";
import { Gauge } from "prom-client";
import type { Fleet, FleetLook, RegionLook } from "../look/create-fleet.ts";
import { type RegionLoad, type ReplicaPower, type WantedReplicas, wantedReplicas } from "./wanted-replicas.ts";

/** Says how many workers there should be, as Redis has it now. */
export type Scale = {
  /** @returns `null` while that cannot be known: whoever scales leaves the fleet as it is */
  readonly wanted: () => Promise<WantedReplicas | null>;
};

/** @param power - what one worker does */
export function scaleFleet(registry: Registry, fleet: Fleet, power: ReplicaPower): Scale {
  const wanted = async (): Promise<WantedReplicas | null> => wantedOf(fleet, await fleet.look(), power);
  const replicas = new Gauge({
    name: "volley_wanted_replicas",
    help: "Workers that are needed for what waits, and useful within the limits of its regions.",
    registers: [registry],
    collect: async () => {
      const known = await wanted();
      replicas.remove();
      if (known !== null) replicas.set(known.replicas);
    },
  });
  return { wanted };
}

function wantedOf({ regions }: Fleet, look: FleetLook, power: ReplicaPower): WantedReplicas | null {
  if (regions.some((region) => !look.regions.has(region))) return null;
  return wantedReplicas(
    [...look.regions].map(([region, seen]) => loadOf(region, seen)),
    power,
  );
}

function loadOf(region: string, { jobs, waits, waitingRecipients, limits }: RegionLook): RegionLoad {
  const { pausedSince, suspendedSince, heldSince } = waits;
  return {
    region,
    isSending: pausedSince === null && suspendedSince === null && heldSince === null,
    recipients: waitingRecipients,
    jobs: (jobs["waiting"] ?? 0) + (jobs["prioritized"] ?? 0) + (jobs["active"] ?? 0),
    concurrency: limits.limits.concurrency,
    rate: limits.limits.rate,
    requestMs: limits.requestMs,
  };
}
