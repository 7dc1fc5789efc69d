import { startRedis } from "@volley/local-redis";
import { alone, type Measurement, type Threshold } from "../measurement.ts";
import { measurePlanning } from "../plan-run.ts";
import type { RowSetting } from "../row.ts";

/** No call may keep Redis from everybody else for longer, in milliseconds. */
const LONGEST: Threshold = { kind: "at_most", value: 20 };

/** What planning and settling the largest send costs when nothing is sent in between. */
export async function measureLargestPlan({ isDurable, scaled }: RowSetting): Promise<Measurement[]> {
  const parts = scaled(10_000, 100);
  const redis = await startRedis({ prefer: "server", persistence: isDurable });
  try {
    // What it measures with is set up the way the tests are.
    process.env["VOLLEY_TEST_REDIS_URL"] = redis.url;
    const { planned, settled } = await measurePlanning({ parts });
    const what = `${parts.toLocaleString("en")} parts`;
    return [
      alone(`planning ${what}`, "s", [planned.seconds], null),
      alone(`settling ${what}`, "s", [settled.seconds], null),
      alone(`longest call of Redis while planning ${what}`, "ms", [longestMs(planned.longestCalls)], LONGEST),
      alone(`longest call of Redis while settling ${what}`, "ms", [longestMs(settled.longestCalls)], LONGEST),
    ];
  } finally {
    await redis.stop();
  }
}

/** Each begins with its milliseconds; what was too short to be looked at is not among them. */
function longestMs(calls: readonly string[]): number {
  return Math.max(0, ...calls.map((call) => Number.parseFloat(call)));
}
