import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { LIMITS } from "@volley/contract";
import type { Fault } from "../fault.ts";
import type { Rig } from "../set-up-rig.ts";

const NOT_REACHED = { name: "volley_redis_errors_total", label: 'kind="not_reached"' };

/** Redis is away for a while and comes back with what it had. */
export const REDIS_DOWN: readonly Fault[] = [
  {
    name: "redis-restarted",
    title: "Redis restarted (`SIGTERM`), away for 20 s",
    begin: terminate,
    mend: async ({ local }) => local.restart(),
    tells: NOT_REACHED,
    livez: 200,
    readyz: 503,
  },
  {
    name: "redis-restarted-large",
    title: "Redis restarted (`SIGTERM`) in a send of 1,000 parts, away for 3 s",
    lastsMs: 3_000,
    large: 1_000 * LIMITS.recipientsPerBatch,
    begin: terminate,
    mend: async ({ local }) => local.restart(),
    tells: NOT_REACHED,
    livez: 200,
    readyz: 503,
    atMost: { firstTextAfterMs: 5_000, questions: 49 },
  },
  {
    name: "redis-killed",
    title: "Redis killed (`SIGKILL`), away for 20 s",
    begin: async ({ local }) => local.kill(),
    mend: async ({ local }) => local.restart(),
    tells: NOT_REACHED,
    livez: 200,
    readyz: 503,
  },
];

async function terminate({ local, redis }: Rig): Promise<void> {
  const { pid } = local;
  if (pid === null) throw new Error("expected a Redis that runs");
  const closed = once(redis, "close");
  process.kill(pid, "SIGTERM");
  await closed;
  for (let looks = 0; local.pid !== null && looks < 100; looks += 1) await pause(50);
}
