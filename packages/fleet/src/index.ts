export { createFleet } from "./create-fleet.ts";
export type { Fleet, FleetLook, FleetOptions, RegionLook } from "./create-fleet.ts";
export { scaleFleet } from "./scale-fleet.ts";
export type { Scale } from "./scale-fleet.ts";
export type { RegionWish, ReplicaPower, WantedReplicas } from "./wanted-replicas.ts";
export { showFleet } from "./show-fleet.ts";
