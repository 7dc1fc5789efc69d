import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Job } from "bullmq";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

/**
 * Half of the heap that a worker has in the container of the manifest, and jobs of half the size: 20 jobs of 100,000
 * recipients take it a minute. `docs/sizing.md` has that measurement.
 */
const HEAP_MB = 120;
const RECIPIENTS = 50_000;
const JOBS = 12;

const LONGEST_MS = 150_000;

let stage: Stage;

beforeAll(async () => {
  stage = await setUpStage({ emulator: { keep: "counts" } });
});

afterAll(async () => stage.close());

/** A plain job as any BullMQ client may add it, with a value for each recipient. */
async function addPersonal(index: number): Promise<Job> {
  const to = people(RECIPIENTS, index * RECIPIENTS);
  const name = Object.fromEntries(to.map((number) => [number, `N${number}`]));
  return stage.queue("us").add("send", { from: "Volley", to, body: "Hi ${name}", parameters: { name } });
}

it(
  "a worker holds its memory limit however many large jobs wait, and texts everybody once",
  async () => {
    const jobs: Job[] = [];
    for (let index = 0; index < JOBS; index += 1) jobs.push(await addPersonal(index));
    const worker = await stage.startWorker({ NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` });
    let hasCrashed = false;
    void worker.ended().then(() => (hasCrashed = true));
    const isTexted = (): boolean => stage.emulator.stats().texted >= JOBS * RECIPIENTS;
    await eventually(() => hasCrashed || isTexted(), "the last text", LONGEST_MS);
    expect(hasCrashed).toBe(false);
    for (const job of jobs) {
      expect((await stage.ended(job)).returnvalue).toMatchObject({ recipients: { accepted: RECIPIENTS } });
    }
    expect(stage.emulator.stats().texted).toBe(JOBS * RECIPIENTS);
    for (const first of [0, JOBS * RECIPIENTS - 1])
      expect(stage.emulator.timesTexted(people(1, first)[0] ?? "")).toBe(1);
  },
  LONGEST_MS + 30_000,
);
