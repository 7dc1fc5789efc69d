import { alone, type Measurement } from "../measurement.ts";
import type { Row } from "../row.ts";
import { measureSlowAlone } from "../slow-run.ts";

const RECIPIENTS = 100_000;

/** How long a region is looked at that would take longer for all of them: at 20 a second it would be 83 minutes. */
const SECONDS = 40;

/** What a long send costs in a region that is slower than a batch a second. */
export const slow: Row = {
  number: 13,
  name: "slow",
  about: `one send of ${RECIPIENTS.toLocaleString("en")} recipients at 20, 200 and 3,000 a second: requests, Redis' log, time`,
  run: async ({ scaled }) => {
    const measurements: Measurement[] = [];
    for (const rate of [20, 200, 3_000]) {
      const run = { recipients: RECIPIENTS, rate, seconds: scaled(SECONDS, 10) };
      const { texted, requests, aofBytes, seconds } = await measureSlowAlone(run);
      const what = `${texted.toLocaleString("en")} of ${RECIPIENTS.toLocaleString("en")} recipients at ${rate.toLocaleString("en")} a second`;
      measurements.push(
        alone(`${what}: recipients in one request`, "recipients", [texted / requests], null),
        alone(`${what}: append-only file per text`, "bytes", [aofBytes / texted], null),
        alone(`${what}: until they were sent`, "s", [seconds], null),
      );
    }
    return { measurements, notes: [] };
  },
};
