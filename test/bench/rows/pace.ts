import { startRedis } from "@volley/local-redis";
import { alone, type Measurement, type Threshold } from "../measurement.ts";
import { measurePace, type PaceReport } from "../pace-run.ts";
import type { Row } from "../row.ts";

const RATE = 1_000;
const WORKERS = 4;

/** How exactly a limit is kept, by the provider's clock. */
export const pace: Row = {
  number: 9,
  name: "pace",
  about: "achieved recipientsPerSecond over 60 s with 4 workers, against the limit",
  run: async ({ isDurable, scaled }) => {
    const seconds = scaled(60, 10);
    const smooth = await measure(isDurable, { seconds, burstMs: SMOOTH_MS });
    const usual = await measure(isDurable, { seconds });
    const what = `${RATE.toLocaleString("en")} recipients per second, ${WORKERS} workers, ${seconds} s`;
    return {
      measurements: [
        ...linesOf(`${what}, burstMs ${SMOOTH_MS}`, smooth, { kind: "at_most", value: 1.02 }),
        ...linesOf(`${what}, by default`, usual, null),
      ],
      data: [
        { name: `burstMs ${SMOOTH_MS}`, limit: RATE, perSecond: smooth.perSecond },
        { name: "by default", limit: RATE, perSecond: usual.perSecond },
      ],
      notes: [`${smooth.requests} requests with ${SMOOTH_MS} ms of the rate in one, ${usual.requests} by default.`],
    };
  },
};

/** Whoever wants the pace smooth takes so much of it in one request. */
const SMOOTH_MS = 50;

async function measure(
  isDurable: boolean,
  run: { readonly seconds: number; readonly burstMs?: number },
): Promise<PaceReport> {
  const redis = await startRedis({ prefer: "server", persistence: isDurable });
  try {
    // What it measures with is set up the way the tests are.
    process.env["VOLLEY_TEST_REDIS_URL"] = redis.url;
    return await measurePace({ rate: RATE, workers: WORKERS, ...run });
  } finally {
    await redis.stop();
  }
}

/** Only a smooth pace is so within 5 s: whole lots come or do not. */
function linesOf(
  what: string,
  { ratio, worst, worstSecond }: PaceReport,
  ofFiveSeconds: Threshold | null,
): Measurement[] {
  return [
    alone(`${what}: over the whole`, "× the limit", [ratio], { kind: "between", smallest: 0.97, largest: 1 }),
    alone(`${what}: the worst 5 s`, "× the limit", [worst], ofFiveSeconds),
    alone(`${what}: the worst second`, "× the limit", [worstSecond], null),
  ];
}
