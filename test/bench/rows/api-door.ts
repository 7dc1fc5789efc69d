import { CHANGE_LIMITS, DEFAULT_REGION_LIMITS, defaultArguments, limitsKey } from "@volley/contract";
import { createProducer } from "@volley/producer";
import { Pool } from "undici";
import { type BenchProcess, startProgram } from "../bench-process.ts";
import { openRig, type Rig } from "../rig.ts";
import type { RowSetting } from "../row.ts";
import { until } from "../until.ts";

/** An API, or what stands beside it: where it is asked, its process, and the key. */
export type Door = { readonly url: string; readonly pid: number; readonly key: string };

/** A load of requests, each with a key of its own. */
export type Load = {
  readonly path: string;
  readonly count: number;
  readonly atOnce: number;
  /** What all their keys begin with. */
  readonly round: string;
  readonly bodyOf: (index: number) => object;
};

/** Starts an API as it is deployed, for a region that workers have worked on. */
export async function withApi<Value>(
  { isDurable, signal }: Pick<RowSetting, "isDurable" | "signal">,
  use: (door: Door, rig: Rig) => Promise<Value>,
): Promise<Value> {
  const rig = await openRig({ isDurable, signal });
  await rig.redis.eval(CHANGE_LIMITS, 1, limitsKey("{volley}", "us"), ...defaultArguments(DEFAULT_REGION_LIMITS));
  const producer = createProducer({ redis: rig.redisUrl });
  const program = startProgram("apps/api/dist/main.js", {
    REDIS_URL: rig.redisUrl,
    VOLLEY_HTTP_HOST: "127.0.0.1",
    VOLLEY_HTTP_PORT: "0",
  });
  try {
    const { key } = await producer.keys.create({ name: "bench", scopes: ["sends:write"] });
    return await use({ url: await urlOf(program, signal), pid: program.pid, key }, rig);
  } finally {
    await producer.close();
    await program.stop();
    await rig.close();
  }
}

async function urlOf({ output }: BenchProcess, signal: AbortSignal): Promise<string> {
  return until("the API", { longestMs: 30_000, everyMs: 20, signal }, async () => {
    return /"url":"([^"]+)"/.exec(output())?.[1] ?? null;
  });
}

/** Makes requests, so many at once. @throws Error for another answer than 202 */
export async function load({ url, key }: Door, { path, count, atOnce, round, bodyOf }: Load): Promise<void> {
  const pool = new Pool(url, { connections: atOnce });
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = (next += 1);
      const answer = await pool.request({
        method: "POST",
        path,
        body: JSON.stringify(bodyOf(index)),
        headers: headersOf(key, "application/json", `${round} ${index}`),
      });
      await answer.body.dump();
      if (answer.statusCode !== 202) throw new Error(`a request was answered with ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  await pool.close();
}

export function headersOf(key: string, type: string, idempotencyKey: string): Record<string, string> {
  return { authorization: `Bearer ${key}`, "content-type": type, "idempotency-key": idempotencyKey };
}
