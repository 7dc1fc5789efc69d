import { createHmac, randomUUID } from "node:crypto";
import { Pool } from "undici";
import { type BenchProcess, startProgram } from "../bench-process.ts";
import { cpuMsOf, peakBytesOf } from "../process-cost.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row } from "../row.ts";
import { pairedRatios, spreadOf } from "../statistics.ts";
import { until } from "../until.ts";

const SECRET = "a secret";

/** As many as the emulator sends at once. */
const AT_ONCE = 64;

/** Of the compiler and the connections; not measured. */
const WARM_UP = 2_000;

/** One of the two that take callbacks, and how many it took in a second of one core. */
type Taker = { readonly url: string; readonly pid: number; readonly rates: number[] };

/** What a callback costs that is written down, beside one that is only looked at. */
export const callbacks: Row = {
  number: 16,
  name: "callbacks",
  about: "callbacks per second and core, against a bare fastify route that verifies, parses and answers",
  run: async ({ rounds, isDurable, signal, scaled, say }) => {
    const count = scaled(20_000, 1_000);
    const rig = await openRig({ isDurable, signal });
    const webhooks = startWebhooks(rig.redisUrl);
    try {
      const [ours, bare] = [await takerOf(webhooks, signal), await startBare(rig)];
      for (const { url } of [ours, bare]) await post(url, WARM_UP);
      for (let round = 1; round <= rounds; round += 1) {
        for (const { url, pid, rates } of [ours, bare]) {
          const before = cpuMsOf(pid);
          await post(url, count);
          rates.push((count * 1_000) / (cpuMsOf(pid) - before));
        }
        say(`round ${round}`);
      }
      return {
        measurements: [
          {
            name: `${count.toLocaleString("en")} reports on one recipient each, ${AT_ONCE} at once`,
            unit: "callbacks/s and core",
            ours: spreadOf(ours.rates),
            baseline: { name: "bare fastify route", spread: spreadOf(bare.rates) },
            ratio: spreadOf(pairedRatios(ours.rates, bare.rates)),
            threshold: { kind: "at_least", value: 0.5 },
            costs: [costOf("webhooks", ours), costOf("bare fastify route", bare)],
          },
        ],
        notes: [],
      };
    } finally {
      await webhooks.stop();
      await rig.close();
    }
  },
};

function startWebhooks(redisUrl: string): BenchProcess {
  return startProgram("apps/webhooks/dist/main.js", {
    REDIS_URL: redisUrl,
    VOLLEY_REGIONS: "us",
    VOLLEY_US_CALLBACK_SECRETS: SECRET,
    VOLLEY_HTTP_HOST: "127.0.0.1",
    VOLLEY_HTTP_PORT: "0",
  });
}

async function takerOf({ pid, output }: BenchProcess, signal: AbortSignal): Promise<Taker> {
  const url = await until("webhooks", { longestMs: 30_000, everyMs: 20, signal }, async () => {
    const found = /"url":"([^"]+)"/.exec(output())?.[1];
    return found !== undefined && (await fetch(`${found}/readyz`)).ok ? found : null;
  });
  return { url: `${url}/v1/callbacks/us`, pid, rates: [] };
}

async function startBare(rig: Rig): Promise<Taker> {
  const child = rig.startChild("bare-webhooks");
  const { url } = await child.ask<{ readonly url: string }>("listen", { secret: SECRET });
  return { url, pid: child.pid, rates: [] };
}

function costOf(process: string, { pid, rates }: Taker) {
  return { process, cpuUsPerRecipient: 1e6 / spreadOf(rates).median, peakBytes: peakBytesOf(pid) };
}

/** Posts reports, each on somebody else, of batches whose IDs look like the provider's. */
async function post(address: string, count: number): Promise<void> {
  const { origin, pathname: path } = new URL(address);
  const pool = new Pool(origin, { connections: AT_ONCE });
  const batch = `01JHFFHQ0P${randomUUID().replaceAll("-", "").slice(0, 12).toUpperCase()}`;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const body = reportOn(batch, (next += 1));
      const answer = await pool.request({ method: "POST", path, body, headers: headersOf(body) });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`a callback was answered with ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  await pool.close();
}

function reportOn(batch: string, index: number): string {
  return JSON.stringify({
    type: "recipient_delivery_report_sms",
    batch_id: `${batch}${String(Math.floor(index / 1_000)).padStart(4, "0")}`,
    recipient: String(46_700_000_000 + index),
    code: 0,
    status: "Delivered",
    at: new Date().toISOString(),
    operator_status_at: new Date().toISOString(),
    client_reference: `spring~us-0123456789abcdefghjk.p${Math.floor(index / 1_000)}`,
  });
}

function headersOf(body: string): Record<string, string> {
  const [nonce, timestamp] = [randomUUID(), String(Math.floor(Date.now() / 1_000))];
  return {
    "content-type": "application/json",
    "x-sinch-webhook-signature": createHmac("sha256", SECRET).update(`${body}.${nonce}.${timestamp}`).digest("base64"),
    "x-sinch-webhook-signature-algorithm": "HmacSHA256",
    "x-sinch-webhook-signature-nonce": nonce,
    "x-sinch-webhook-signature-timestamp": timestamp,
  };
}
