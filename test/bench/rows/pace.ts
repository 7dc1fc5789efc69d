import { startRedis } from "@volley/local-redis";
import { alone } from "../measurement.ts";
import { measurePace } from "../pace-run.ts";
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
    const redis = await startRedis({ prefer: "server", persistence: isDurable });
    try {
      // What it measures with is set up the way the tests are.
      process.env["VOLLEY_TEST_REDIS_URL"] = redis.url;
      const { ratio, worst, worstSecond, requests } = await measurePace({ rate: RATE, seconds, workers: WORKERS });
      const what = `${RATE.toLocaleString("en")} recipients per second, ${WORKERS} workers, ${seconds} s`;
      return {
        measurements: [
          alone(`${what}: over the whole`, "× the limit", [ratio], { kind: "between", smallest: 0.97, largest: 1 }),
          alone(`${what}: the worst 5 s`, "× the limit", [worst], { kind: "at_most", value: 1.02 }),
          alone(`${what}: the worst second`, "× the limit", [worstSecond], null),
        ],
        notes: [`${requests} requests of 1 to 1,000 recipients.`],
      };
    } finally {
      await redis.stop();
    }
  },
};
