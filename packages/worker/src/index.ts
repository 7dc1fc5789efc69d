export type { Log } from "./log.ts";
export type { Observer } from "./observer.ts";
export type { RegionOptions } from "./region-worker.ts";
export type { RegionWaits } from "./region-waits.ts";
export { DEFAULT_SETTINGS } from "./settings.ts";
export type { Settings } from "./settings.ts";
export { startVolleyWorker } from "./volley-worker.ts";
export type { RegionHealth, VolleyWorker, VolleyWorkerOptions } from "./volley-worker.ts";
export { writeRefusalOf } from "./write-refusal.ts";
