export type { Fleet, FleetLook, FleetOptions, RegionLook } from "./look/create-fleet.ts";
export { createFleetOf } from "./look/join-fleets.ts";
export { scaleFleet } from "./scale/scale-fleet.ts";
export type { Scale } from "./scale/scale-fleet.ts";
export type { RegionWish, ReplicaPower, WantedReplicas } from "./scale/wanted-replicas.ts";
export { showFleet } from "./show/show-fleet.ts";
