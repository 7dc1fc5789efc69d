import { readlink, rm } from "node:fs/promises";
import type { Fault } from "../fault.ts";
import type { Rig } from "../set-up-rig.ts";

function refusal(code: string, title: string, how: Pick<Fault, "begin" | "mend">): Fault {
  const tells = { name: "volley_redis_refusals_total", label: `code="${code}"` };
  return { name: `redis-${code.toLowerCase()}`, title, ...how, tells, livez: 200, readyz: 503 };
}

async function set({ redis }: Rig, name: string, value: string): Promise<unknown> {
  return redis.config("SET", name, value);
}

/** Redis can be read and refuses every write. */
export const REDIS_REFUSES: readonly Fault[] = [
  refusal("OOM", "Redis full (`OOM`)", {
    begin: async (rig) => set(rig, "maxmemory", "1"),
    mend: async (rig) => set(rig, "maxmemory", "0"),
  }),
  refusal("READONLY", "Redis read-only (`READONLY`: demoted to a replica)", {
    begin: async ({ redis }) => redis.replicaof("127.0.0.1", 1),
    mend: async ({ redis }) => redis.replicaof("NO", "ONE"),
  }),
  refusal("MISCONF", "Redis cannot write to its disk (`MISCONF`)", {
    begin: failToSave,
    mend: async (rig) => set(rig, "stop-writes-on-bgsave-error", "no"),
  }),
  refusal("NOREPLICAS", "Redis has too few replicas (`NOREPLICAS`)", {
    begin: async (rig) => set(rig, "min-replicas-to-write", "1"),
    mend: async (rig) => set(rig, "min-replicas-to-write", "0"),
  }),
];

/** Its folder is gone, as on a disk that is full; the append-only file stays open. */
async function failToSave(rig: Rig): Promise<void> {
  await set(rig, "save", "3600 1");
  await rm(await readlink(`/proc/${rig.local.pid}/cwd`), { recursive: true });
  await rig.redis.bgsave();
}
