import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runVolley } from "./stage/cli-process.ts";
import { keysOf, sayServed, setUpStage, type Stage } from "./stage/stage.ts";

const TEXT = ["--from", "Volley", "--body", "Hello", "--no-wait"];

const ROUTES = { prefixes: { "46": "eu", "1": "ue" }, default: null };

let stage: Stage;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-unserved-region-"));
  await writeFile(join(folder, "routes.json"), JSON.stringify(ROUTES));
  stage = await setUpStage({ regions: ["us", "eu"] });
  // What a worker says at its start stands when it is gone.
  await (await stage.startWorker()).stop();
});

afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true, force: true });
});

async function volley(...words: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const process = runVolley(words, {
    REDIS_URL: stage.redisUrl,
    VOLLEY_PREFIX: stage.prefix,
    VOLLEY_ROUTES_FILE: join(folder, "routes.json"),
  });
  return { code: await process.ended(), output: process.output(), errors: process.errors() };
}

async function send(content: string, ...flags: string[]): ReturnType<typeof volley> {
  const file = join(folder, "people.csv");
  await writeFile(file, content);
  return volley("send", file, ...TEXT, ...flags);
}

async function waitingIn(region: string): Promise<number> {
  return stage.queue(region).count();
}

describe("volley region", () => {
  it.each([["pause"], ["resume"], ["reset"], ["set", "--rate", "5"]])(
    "does not %s a region that no worker has ever served, and names the one that was meant",
    async (command, ...flags) => {
      expect(await volley("region", command, "ue", ...flags)).toEqual({
        code: 1,
        output: expect.any(String),
        errors:
          "no worker has ever worked on the region ue with this prefix, did you mean eu? Those that workers have " +
          "worked on: eu, us. With --force it is changed all the same: workers that are started for it later find it so\n",
      });
      expect((await keysOf(stage)).filter((key) => /[:-]ue\b/.test(key))).toEqual([]);
      expect(await stage.redis.exists(`${stage.prefix}:limits:ue`)).toBe(0);
    },
  );

  it("changes it with --force, and says that nobody works there", async () => {
    const paused = await volley("region", "pause", "mars", "--force");
    expect(paused).toMatchObject({ code: 0, errors: "" });
    expect(paused.output).toMatch(/^mars: paused\n {2}workers {7}none has ever worked on it\n/);
    expect(await stage.queue("mars").isPaused()).toBe(true);
    // That it was changed does not make it a region that is served.
    expect((await volley("region", "resume", "mars")).errors).toContain("the region mars with this prefix. Those that");
    expect((await volley("region", "show", "mars")).output).toContain("none has ever worked on it");
  });

  it("changes one that is served without --force", async () => {
    const set = await volley("region", "set", "eu", "--rate", "5");
    expect(set).toMatchObject({ code: 0, errors: "" });
    expect(set.output).toContain("workers       none is running");
  });
});

describe("volley send", () => {
  it("puts nothing on any queue where one of the regions was never served, unless --force says so", async () => {
    const content = "number,region\n+46701234501,eu\n+46701234502,mars\n";
    const refused = await send(content);
    expect(refused.code).toBe(1);
    expect(refused.errors).toBe(
      "no worker has ever worked on the region mars with this prefix. Those that workers have worked on: eu, us. " +
        "Nothing was sent. With --force it is sent all the same: it waits until a worker is started for it, and expires if none is\n",
    );
    expect([await waitingIn("eu"), await waitingIn("mars")]).toEqual([0, 0]);
    const forced = await send(content, "--force");
    expect(forced).toMatchObject({ code: 0, errors: "" });
    expect(forced.output).toContain("(VOLLEY_NO_WORKER)");
    expect([await waitingIn("eu"), await waitingIn("mars")]).toEqual([1, 1]);
  });

  it("goes by the regions that the numbers of the file are routed to", async () => {
    const refused = await send("number\n+46701234503\n+12015550123\n", "--region", "auto");
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain("the region ue with this prefix, did you mean eu?");
    expect([await waitingIn("eu"), await waitingIn("ue")]).toEqual([1, 0]);
    // The route to it stands in the file of routes all the same, and nobody takes it.
    expect(await send("number\n+46701234503\n", "--region", "auto")).toMatchObject({ code: 0, errors: "" });
    expect(await send("number\n+12015550123\n", "--region", "auto", "--force")).toMatchObject({ code: 0 });
    expect([await waitingIn("eu"), await waitingIn("ue")]).toEqual([2, 1]);
  });
});

describe("volley check", () => {
  it("warns of a region that send would refuse", async () => {
    const file = join(folder, "people.csv");
    await writeFile(file, "number\n+46701234504\n");
    const check = async (region: string): Promise<string> =>
      (await volley("check", file, ...TEXT.slice(0, -1), "--region", region)).output;
    expect(await check("ue")).toContain("VOLLEY_NO_WORKER");
    expect(await check("eu")).toContain("no worker of eu is running");
    await sayServed(stage.redis, stage.prefix, ["eu"]);
    expect(await check("eu")).not.toContain("VOLLEY_NO_WORKER");
  });
});
