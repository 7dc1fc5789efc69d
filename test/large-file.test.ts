import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runVolley } from "./stage/cli-process.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

/** More than one job could hold. */
const LINES = 120_000;

describe("a CSV file of any size", () => {
  let stage: Stage;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "volley-large-file-"));
    file = join(folder, "people.csv");
    const lines = Array.from({ length: LINES }, (_, index) => `+46 70 ${1_000_000 + index},Person ${index}`);
    // The first one once more, written otherwise, and one that is no number, far from everybody else.
    await writeFile(file, `number,name\n${lines.join("\n")}\n0046701000000,Other\n123,Nobody\n`);
  });

  beforeEach(async () => {
    stage = await setUpStage({ regions: ["eu"] });
  });

  afterEach(async () => stage.close());

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it("is read page by page and sent, each line once with its own text", async () => {
    await stage.startWorker();
    const message = ["--from", "Volley", "--body", "Hi ${name}!", "--region", "eu"];
    const volley = runVolley(["send", file, ...message], {
      REDIS_URL: stage.redisUrl,
      VOLLEY_PREFIX: stage.prefix,
    });
    expect(await volley.ended()).toBe(0);
    expect(volley.output()).toContain("120,000 recipients in eu enqueued, 1 duplicate, 1 rejected");
    expect(stage.emulator.batches().reduce((sum, { to }) => sum + to.length, 0)).toBe(LINES);
    expect(stage.emulator.textsTo("46701000000")).toEqual(["Hi Person 0!"]);
    expect(stage.emulator.textsTo("46701119999")).toEqual(["Hi Person 119999!"]);
  });
});
