import { readFile } from "node:fs/promises";
import type { SecureContextOptions } from "node:tls";
import type { FaultAction } from "@volley/emulator";
import { type Certificate, makeCertificates } from "../certificates.ts";
import type { Fault, Telltale } from "../fault.ts";
import { openProviderGate, type ProviderGate } from "../provider-gate.ts";
import type { Rig } from "../set-up-rig.ts";

/** Shorter than the slow provider takes, and longer than a good one. */
const TIMEOUT = { VOLLEY_US_TIMEOUT_MS: "1000" };

/** A name that nobody can have: no network is needed to know that. */
const NOBODY = "http://no..body";

function failure(cause: string): Telltale {
  return { name: "volley_failures_total", label: `cause="${cause}"` };
}

function striking(name: string, title: string, cause: string, action: FaultAction): Fault {
  return {
    name,
    title,
    prepare: async () => TIMEOUT,
    begin: async ({ emulator }) => emulator.faults.add({ match: { method: "POST" }, times: null, action }),
    mend: async ({ emulator }) => emulator.faults.clear(),
    tells: failure(cause),
    livez: 200,
    readyz: 200,
  };
}

/** The provider is not reached, or its answers are not. */
export const PROVIDER_UNREACHABLE: readonly Fault[] = [
  {
    name: "unknown-host",
    title: "workers deployed with a provider's host that nobody knows",
    begin: async (rig) => deploy(rig, { VOLLEY_US_BASE_URL: NOBODY }),
    mend: async (rig) => deploy(rig, {}),
    tells: failure("unknown_host"),
    livez: 200,
    readyz: 200,
  },
  wrongCertificate(),
  connectionRefused(),
  striking("slow-provider", "provider takes the batch and answers after the deadline", "timeout", {
    kind: "latency",
    ms: 4_000,
  }),
  striking("drop-after-accept", "provider takes the batch and cuts the connection", "connection_lost", {
    kind: "drop",
    accept: true,
  }),
];

async function deploy(rig: Rig, added: Readonly<Record<string, string>>): Promise<void> {
  for (const place of [0, 1]) {
    await rig.stopWorker(place);
    await rig.startWorker(place, added);
  }
}

async function gateOf(rig: Rig, context?: SecureContextOptions): Promise<ProviderGate> {
  const gate = await openProviderGate(rig.emulator.url, context);
  rig.onClose(gate.shut);
  return gate;
}

function wrongCertificate(): Fault {
  const state: { gate?: ProviderGate; good?: SecureContextOptions; forged?: SecureContextOptions } = {};
  return {
    name: "provider-certificate",
    title: "provider's certificate wrong",
    prepare: async (rig) => {
      const { authority, good, forged } = await makeCertificates(rig.folder);
      state.good = await contextOf(good);
      state.forged = await contextOf(forged);
      state.gate = await gateOf(rig, state.good);
      return { VOLLEY_US_BASE_URL: `https://127.0.0.1:${state.gate.port}`, VOLLEY_CA_FILE: authority };
    },
    begin: async () => state.gate?.secure(state.forged ?? {}),
    mend: async () => state.gate?.secure(state.good ?? {}),
    tells: failure("wrong_certificate"),
    livez: 200,
    readyz: 200,
  };
}

function connectionRefused(): Fault {
  let gate: ProviderGate | undefined;
  return {
    name: "connection-refused",
    title: "provider refuses connections",
    prepare: async (rig) => {
      gate = await gateOf(rig);
      return { VOLLEY_US_BASE_URL: `http://127.0.0.1:${gate.port}` };
    },
    begin: async () => gate?.shut(),
    mend: async () => gate?.open(),
    tells: failure("connect_failed"),
    livez: 200,
    readyz: 200,
  };
}

async function contextOf({ cert, key }: Certificate): Promise<SecureContextOptions> {
  return { cert: await readFile(cert), key: await readFile(key) };
}
