import type { Fault } from "./fault.ts";
import { PROVIDER_REFUSES } from "./rows/provider-refuses.ts";
import { PROVIDER_UNREACHABLE } from "./rows/provider-unreachable.ts";
import { REDIS_ACCESS } from "./rows/redis-access.ts";
import { REDIS_DOWN } from "./rows/redis-down.ts";
import { REDIS_REFUSES } from "./rows/redis-refuses.ts";
import { WORKER_STRUCK } from "./rows/worker-struck.ts";

/** Every row of the table, in its order. */
export const FAULTS: readonly Fault[] = [
  ...WORKER_STRUCK,
  ...REDIS_DOWN,
  ...REDIS_REFUSES,
  ...REDIS_ACCESS,
  ...PROVIDER_REFUSES,
  ...PROVIDER_UNREACHABLE,
];
