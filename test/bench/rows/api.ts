import { Readable } from "node:stream";
import { createProducer } from "@volley/producer";
import { Pool } from "undici";
import { type BenchProcess, startProgram } from "../bench-process.ts";
import { people, person } from "../children/people.ts";
import type { Measurement, Threshold } from "../measurement.ts";
import { cpuMsOf, peakBytesOf } from "../process-cost.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { pairedRatios, spreadOf } from "../statistics.ts";
import { until } from "../until.ts";

const AT_ONCE = 64;

/** Of the compiler and the connections; not measured. */
const WARM_UP = 2_000;

const FLAT: Threshold = { kind: "at_most", value: 1.3 };

/** Lines of one piece of an upload. */
const LINES = 1_000;

const KINDS = { "text/csv": (number: string) => number, "application/x-ndjson": (number: string) => `"${number}"` };

/** What the HTTP API costs: requests to one person, and uploads of any length. */
export const api: Row = {
  number: 18,
  name: "api",
  about:
    "the HTTP API: requests per second and core beside a bare fastify route; memory of an upload of 1,000,000 lines",
  run: async (setting) => ({
    measurements: [
      await requests(setting),
      await upload(setting, "text/csv"),
      await upload(setting, "application/x-ndjson"),
    ],
    notes: [],
  }),
};

type Door = { readonly url: string; readonly pid: number; readonly key: string };

async function requests(setting: RowSetting): Promise<Measurement> {
  const count = setting.scaled(10_000, 1_000);
  return withApi(setting, async (ours, rig) => {
    const child = rig.startChild("bare-api");
    const { url } = await child.ask<{ readonly url: string }>("listen", { redisUrl: rig.redisUrl });
    const rates: { readonly ours: number[]; readonly bare: number[] } = { ours: [], bare: [] };
    const doors = [
      { door: { ...ours, url: `${ours.url}/v1/sends?force=true` }, into: rates.ours },
      { door: { url, pid: child.pid, key: ours.key }, into: rates.bare },
    ];
    for (const { door } of doors) await post(door, WARM_UP, "warm");
    for (let round = 1; round <= setting.rounds; round += 1) {
      for (const { door, into } of doors) {
        const before = cpuMsOf(door.pid);
        await post(door, count, String(round));
        into.push((count * 1_000) / (cpuMsOf(door.pid) - before));
      }
      setting.say(`round ${round}: ${Math.round(rates.ours.at(-1) ?? 0)}, bare ${Math.round(rates.bare.at(-1) ?? 0)}`);
    }
    return {
      name: `POST /v1/sends to one person, ${count.toLocaleString("en")} requests, ${AT_ONCE} at once`,
      unit: "requests/s and core",
      ours: spreadOf(rates.ours),
      baseline: { name: "bare fastify route", spread: spreadOf(rates.bare) },
      ratio: spreadOf(pairedRatios(rates.ours, rates.bare)),
      threshold: { kind: "at_least", value: 0.7 },
      costs: [],
    };
  });
}

async function upload(setting: RowSetting, type: keyof typeof KINDS): Promise<Measurement> {
  const [small, large] = [setting.scaled(100_000, 20_000), setting.scaled(1_000_000, 100_000)];
  const peaks: { readonly small: number[]; readonly large: number[] } = { small: [], large: [] };
  const peakOf = async (count: number): Promise<number> =>
    withApi(setting, async (door) => {
      await stream(door, type, count);
      return peakBytesOf(door.pid) / 1e6;
    });
  for (let round = 1; round <= setting.rounds; round += 1) {
    peaks.small.push(await peakOf(small));
    peaks.large.push(await peakOf(large));
    setting.say(`${type}: ${Math.round(peaks.small.at(-1) ?? 0)} MB, ${Math.round(peaks.large.at(-1) ?? 0)} MB`);
  }
  return {
    name: `peak memory of the API, ${large.toLocaleString("en")} lines of ${type}`,
    unit: "MB",
    ours: spreadOf(peaks.large),
    baseline: { name: small.toLocaleString("en"), spread: spreadOf(peaks.small) },
    ratio: spreadOf(pairedRatios(peaks.large, peaks.small)),
    threshold: FLAT,
    costs: [],
  };
}

async function withApi<Value>(
  { isDurable, signal }: RowSetting,
  use: (door: Door, rig: Rig) => Promise<Value>,
): Promise<Value> {
  const rig = await openRig({ isDurable, signal });
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

/** Each request is a send of its own to one person. */
async function post({ url, key }: Door, count: number, round: string): Promise<void> {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { connections: AT_ONCE });
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = (next += 1);
      const send = { region: "us", from: "12015550123", to: [person(index)], body: "The doors open at seven." };
      const answer = await pool.request({
        method: "POST",
        path: `${pathname}${search}`,
        body: JSON.stringify(send),
        headers: headersOf(key, "application/json", `${round} ${index}`),
      });
      await answer.body.dump();
      if (answer.statusCode !== 202) throw new Error(`a send was answered with ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  await pool.close();
}

async function stream({ url, key }: Door, type: keyof typeof KINDS, count: number): Promise<void> {
  const lineOf = KINDS[type];
  const pieces = async function* (): AsyncGenerator<string> {
    if (type === "text/csv") yield "phone\n";
    for (let first = 0; first < count; first += LINES) {
      yield `${[...people(Math.min(LINES, count - first), first)].map(lineOf).join("\n")}\n`;
    }
  };
  const answer = await new Pool(url, { bodyTimeout: 0, headersTimeout: 0 }).request({
    method: "POST",
    path: "/v1/sends?force=true&region=us&from=12015550123&body=Hi",
    body: Readable.from(pieces()),
    headers: headersOf(key, type, `${type} ${count}`),
  });
  const body = (await answer.body.json()) as { readonly recipients?: { readonly valid: number } };
  if (body.recipients?.valid !== count) throw new Error(`an upload was answered with ${answer.statusCode}`);
}

function headersOf(key: string, type: string, idempotencyKey: string): Record<string, string> {
  return { authorization: `Bearer ${key}`, "content-type": type, "idempotency-key": idempotencyKey };
}
