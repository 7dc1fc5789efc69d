export { createFleet } from "./create-fleet.ts";
export type { Fleet, FleetLook, FleetOptions, RegionLook } from "./create-fleet.ts";
export { showFleet } from "./show-fleet.ts";
