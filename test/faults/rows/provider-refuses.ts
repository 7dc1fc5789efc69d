import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Fault } from "../fault.ts";
import { type Rig, TOKEN } from "../set-up-rig.ts";

function answering(name: string, title: string, status: number, headers: Record<string, string> = {}): Fault {
  return {
    name,
    title,
    begin: async ({ emulator }) => emulator.faults.add({ times: null, action: { kind: "status", status, headers } }),
    mend: async ({ emulator }) => emulator.faults.clear(),
    tells: { name: "volley_failures_total", label: `cause="http_${status}"` },
    livez: 200,
    readyz: 200,
  };
}

/** The provider answers, and takes nothing. */
export const PROVIDER_REFUSES: readonly Fault[] = [
  {
    name: "provider-401",
    title: "provider's token wrong in the file of every worker (401)",
    prepare: async (rig) => tokenFrom(await writeToken(rig, "token", TOKEN)),
    begin: async (rig) => writeToken(rig, "token", "the-old-one"),
    mend: async (rig) => writeToken(rig, "token", TOKEN),
    tells: { name: "volley_region_suspended" },
    livez: 200,
    readyz: 200,
  },
  {
    name: "dead-token",
    title: "one of two workers has a dead token",
    begin: async (rig) => {
      await rig.stopWorker(0);
      await rig.startWorker(0, tokenFrom(await writeToken(rig, "token", "the-old-one")));
    },
    mend: async (rig) => writeToken(rig, "token", TOKEN),
    tells: { name: "volley_worker_not_pulling", label: 'reason="refused"' },
    livez: 200,
    readyz: 503,
  },
  answering("provider-429", "provider throttles everything (429)", 429, { "retry-after": "1" }),
  answering("provider-503", "provider is down (503)", 503),
];

function tokenFrom(file: string): Record<string, string> {
  return { VOLLEY_US_API_TOKEN: "", VOLLEY_US_API_TOKEN_FILE: file };
}

/** As Kubernetes does it: nobody ever sees half a file. */
async function writeToken({ folder }: Rig, name: string, token: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(`${path}.new`, token);
  await rename(`${path}.new`, path);
  return path;
}
