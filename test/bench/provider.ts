import { Agent, request } from "node:http";
import type { Fault, RequestRecord } from "@volley/emulator";
import { type BenchProcess, startProgram } from "./bench-process.ts";
import { type Patience, until } from "./until.ts";
import { planSettings } from "./worker-environment.ts";

/** What the emulator has counted. */
type ProviderStats = {
  readonly requests: number;
  readonly batches: number;
  readonly recipients: number;
  readonly texted: number;
  readonly texted_more_than_once: number;
};

/** The emulator in a process of its own. */
export type Provider = {
  readonly process: BenchProcess;
  readonly url: string;
  readonly stats: () => Promise<ProviderStats>;
  /** @returns when the last request came in, in milliseconds since 1970 */
  readonly lastRequestAt: () => Promise<number>;
  readonly requests: (offset: number, limit: number) => Promise<RequestRecord[]>;
  readonly addFault: (fault: Fault) => Promise<void>;
  readonly heal: () => Promise<void>;
  /** Forgets everything. */
  readonly reset: () => Promise<void>;
  /** Waits until so many texts were accepted. @returns when the last request of them came in */
  readonly texted: (count: number, patience: Patience) => Promise<number>;
};

/** The last requests come within a moment: nobody sends more at once. */
const LAST_FEW = 200;

/** Starts the emulator with a plan per region. */
export async function startProvider(
  regions: readonly string[],
  { latencyMs, keep }: { readonly latencyMs: number; readonly keep: string },
  patience: Patience,
): Promise<Provider> {
  const started = startProgram("packages/emulator/dist/main.js", {
    ...planSettings(regions),
    VOLLEY_HTTP_PORT: "0",
    VOLLEY_EMULATOR_LATENCY_MS: String(latencyMs),
    VOLLEY_EMULATOR_KEEP: keep,
  });
  const printed = (): string | null => /"url":"([^"]+)"/.exec(started.output())?.[1] ?? null;
  const url = await until("the emulator", patience, printed).catch(async (error: unknown) => {
    await started.stop();
    throw error;
  });
  const agent = new Agent({ keepAlive: true });
  const call = async <Answer>(method: string, path: string, body?: object): Promise<Answer> =>
    carry<Answer>(agent, method, `${url}/emulator${path}`, body);
  const stats = async (): Promise<ProviderStats> => call("GET", "/stats");
  const requests = async (offset: number, limit: number): Promise<RequestRecord[]> => {
    const page = await call<{ requests: RequestRecord[] }>("GET", `/requests?offset=${offset}&limit=${limit}`);
    return page.requests;
  };
  const lastRequestAt = async (): Promise<number> => {
    const { requests: count } = await stats();
    const last = await requests(Math.max(0, count - LAST_FEW), LAST_FEW);
    return Math.max(...last.map(({ at }) => at));
  };
  return {
    process: started,
    url,
    stats,
    lastRequestAt,
    requests,
    addFault: async (fault) => void (await call("POST", "/faults", fault)),
    heal: async () => void (await call("DELETE", "/faults")),
    reset: async () => void (await call("POST", "/reset")),
    texted: async (count, waiting) => {
      await until(`${count} texts`, waiting, async () => ((await stats()).texted >= count ? true : null));
      return lastRequestAt();
    },
  };
}

/** A lean call: it shares two cores with what is measured. */
async function carry<Answer>(agent: Agent, method: string, url: string, body?: object): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(url, { method, agent, headers: { "content-type": "application/json" } }, (answer) => {
      const chunks: string[] = [];
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = chunks.join("");
        const { statusCode = 0 } = answer;
        if (statusCode >= 400) reject(new Error(`the emulator answers ${method} ${url} with ${statusCode}: ${text}`));
        else resolve((text === "" ? undefined : JSON.parse(text)) as Answer);
      });
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
