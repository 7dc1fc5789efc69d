import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Fault, HeardInbound, RequestRecord } from "@volley/emulator";
import { eventually } from "../stage/eventually.ts";
import { planOf } from "./plan-strike.ts";
import { REPORTING } from "./worker-environment.ts";

/** A batch as the emulator accepted it. */
export type ProviderBatch = {
  readonly id: string;
  readonly plan: string;
  readonly client_reference?: string;
  readonly to: readonly string[];
  /** The body of its request. */
  readonly request: { readonly parameters?: Readonly<Record<string, Readonly<Record<string, string>>>> };
  /** Milliseconds since 1970. */
  readonly accepted_at: number;
  readonly withdrawn: boolean;
};

/** The emulator in a process of its own, so that it answers however busy the harness is. */
export type Provider = {
  readonly url: string;
  /** @returns the IDs, to remove them again */
  readonly addFaults: (faults: readonly Fault[]) => Promise<string[]>;
  readonly removeFaults: (ids: readonly string[]) => Promise<void>;
  readonly heal: () => Promise<void>;
  /** Says where a region's callbacks go, and what they are signed with. */
  readonly callBack: (region: string, url: string, secret: string) => Promise<void>;
  /** How many messages of a batch have ended how, by the names of `delivery`, as it says to whoever asks. */
  readonly endsOf: (region: string, batchId: string) => Promise<Readonly<Record<string, number>>>;
  /** A phone texts. */
  readonly receive: (message: {
    readonly region: string;
    readonly from: string;
    readonly to: string;
    readonly body: string;
  }) => Promise<void>;
  /** What phones have texted. */
  readonly inbounds: () => Promise<HeardInbound[]>;
  readonly batches: () => Promise<ProviderBatch[]>;
  readonly requests: () => Promise<RequestRecord[]>;
  readonly close: () => Promise<void>;
};

const PROGRAM = fileURLToPath(new URL("../../packages/emulator/dist/main.js", import.meta.url));

/** More than any run makes. */
const ALL = 1_000_000;

/** @param environment - the workers' own: it names the plans and their tokens */
export async function startProvider(
  environment: Readonly<Record<string, string>>,
  latencyMs: number,
): Promise<Provider> {
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: "/",
    env: {
      PATH: process.env["PATH"],
      ...environment,
      VOLLEY_HTTP_PORT: "0",
      ...REPORTING,
      VOLLEY_EMULATOR_LATENCY_MS: String(latencyMs),
    },
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own: Ctrl+C must not end the oracle before it was asked.
    detached: true,
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  };
  try {
    const url = await eventually(() => /"url":"([^"]+)"/.exec(output)?.[1], "a started emulator");
    return { ...controlOf(url), url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function controlOf(url: string): Omit<Provider, "url" | "close"> {
  const control = `${url}/emulator`;
  return {
    addFaults: async (faults) => {
      const ids: string[] = [];
      for (const fault of faults) {
        const { id } = await read<{ id: string }>(`${control}/faults`, { method: "POST", body: JSON.stringify(fault) });
        ids.push(id);
      }
      return ids;
    },
    removeFaults: async (ids) => {
      for (const id of ids) await fetchAgain(`${control}/faults/${id}`, { method: "DELETE" });
    },
    callBack: async (region, callbackUrl, secret) => {
      const body = JSON.stringify({ plan: planOf(region), report_url: callbackUrl, inbound_url: callbackUrl, secret });
      const answer = await fetchAgain(`${control}/callbacks`, { method: "PUT", body });
      if (!answer.ok) throw new Error(`the emulator answers ${answer.status} to where callbacks go`);
    },
    endsOf: async (region, batchId) => {
      const path = `xms/v1/${planOf(region)}/batches/${batchId}/delivery_report`;
      const authorization = `Bearer ${region}-token`;
      const answer = await fetchAgain(`${url}/${path}`, { headers: { authorization } });
      const { statuses } = (await answer.json()) as { statuses: readonly { status: string; count: number }[] };
      const ends: Record<string, number> = {};
      for (const { status, count } of statuses) {
        const name = status.toLowerCase();
        ends[name] = (ends[name] ?? 0) + count;
      }
      return ends;
    },
    heal: async () => void (await fetchAgain(`${control}/faults`, { method: "DELETE" })),
    receive: async ({ region, ...message }) => {
      await read(`${control}/inbounds`, { method: "POST", body: JSON.stringify({ plan: planOf(region), ...message }) });
    },
    inbounds: async () => (await read<{ inbounds: HeardInbound[] }>(`${control}/inbounds?limit=${ALL}`)).inbounds,
    batches: async () => (await read<{ batches: ProviderBatch[] }>(`${control}/batches?limit=${ALL}`)).batches,
    requests: async () => (await read<{ requests: RequestRecord[] }>(`${control}/requests?limit=${ALL}`)).requests,
  };
}

async function read<T>(url: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetchAgain(url, { ...init, headers: { "content-type": "application/json" } });
  if (!answer.ok) throw new Error(`the emulator answers ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** A connection that was kept may be closed by the emulator in the very moment in which it is used again. */
async function fetchAgain(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init).catch(async () => fetch(url, init));
}
