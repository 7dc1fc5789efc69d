import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { descendantsOf, isAlive, type ShownProcess } from "./stage/process-tree.ts";

const BATCH_ID = /(?<=batch )[0-9A-HJKMNP-TV-Z]{26}(?= )/g;

let folder: string;
const running: CliProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-demo-"));
});

afterEach(async () => {
  for (const process of running.splice(0)) {
    process.signal("SIGTERM");
    await process.ended();
  }
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

function start(command: "demo" | "dev", environment: Record<string, string> = {}): CliProcess {
  const process = runVolley([command], { VOLLEY_STATE_DIR: folder, ...environment });
  running.push(process);
  return process;
}

/** The processes of a stack, once it has said where its board is. */
async function stackOf(process: CliProcess): Promise<ShownProcess[]> {
  await process.printed(/^board: /m);
  return descendantsOf(process.pid);
}

function pidOf(stack: readonly ShownProcess[], program: RegExp): number {
  const found = stack.find(({ command }) => program.test(command));
  if (found === undefined) throw new Error(`there is no ${program.source}`);
  return found.pid;
}

function nobodyIsLeft(stack: readonly ShownProcess[]): Promise<true> {
  return eventually(() => stack.every(({ pid }) => !isAlive(pid)), "the end of every process of the stack");
}

async function expectBoardBehindPassword(demo: CliProcess): Promise<void> {
  const [, url = "", user = "", password = ""] = await demo.printed(/^board: (\S+), user (\S+), password (\S+)$/m);
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const [open, closed] = await Promise.all([fetch(url, { headers: { authorization } }), fetch(url)]);
  expect(open.status).toBe(200);
  expect(await open.text()).toContain("<html");
  expect(closed.status).toBe(401);
}

function expectFigures(output: string): void {
  const ids = output.match(BATCH_ID) ?? [];
  expect(ids).toHaveLength(10);
  expect(new Set(ids).size).toBe(10);
  expect(output.match(/5,000 requested = 5,000 accepted/g)).toHaveLength(2);
  expect(output).toMatch(/^10,000 recipients accepted in 10 batches and 2 regions in \d+\.\d s$/m);
  expect(output).toContain("at the provider: 10,000 people texted, 0 of them more than once\n");
  const [, reported = ""] = /^reported back: (.*)$/m.exec(output) ?? [];
  expect(reported).toMatch(/^9,\d{3} delivered \+ \d+ failed \+ /);
  const counts = [...reported.matchAll(/[\d,]+/g)].map(([count]) => Number(count.replaceAll(",", "")));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000);
  const [, us = ""] = /^(us-\w+): accepted in us$/m.exec(output) ?? [];
  expect(output).toContain(`somebody answered: "Thank you, and yours too" to ${us}\n`);
}

describe("volley demo", () => {
  it.each(["the first time", "the second time"])(
    "sends ten thousand people through a stack of its own, shows them behind a password, and leaves nothing behind, %s",
    async () => {
      const demo = start("demo");
      const stack = await stackOf(demo);
      await expectBoardBehindPassword(demo);
      expect(await demo.ended()).toBe(0);
      expectFigures(demo.output());
      expect(stack.filter(({ command }) => /dist\/main\.js/.test(command))).toHaveLength(4);
      await nobodyIsLeft(stack);
      expect((await readFile(join(folder, "people.csv"), "utf8")).trim().split("\n")).toHaveLength(10_001);
    },
  );

  it.each([
    ["starts", /^webhooks: /m],
    ["sends", / enqueued$/m],
  ])("ends with 130 and leaves nothing behind when Ctrl+C comes while it %s", async (_when, pattern) => {
    const demo = start("demo");
    await demo.printed(pattern);
    const stack = descendantsOf(demo.pid);
    demo.signal("SIGINT");
    expect(await demo.ended()).toBe(130);
    expect(demo.errors()).toBe("interrupted\n");
    expect(stack.length).toBeGreaterThan(2);
    await nobodyIsLeft(stack);
  });

  it("leaves nothing behind when it is killed and can do nothing about it", async () => {
    const demo = start("demo");
    await demo.printed(/ enqueued$/m);
    const stack = descendantsOf(demo.pid);
    demo.signal("SIGKILL");
    expect(await demo.ended()).toBeNull();
    expect(stack.length).toBeGreaterThan(2);
    await nobodyIsLeft(stack);
  });

  it("does not wait for a worker that is gone: it names it and its log, and ends with 1", async () => {
    const demo = start("demo");
    const stack = await stackOf(demo);
    process.kill(pidOf(stack, /worker\/dist\/main\.js/), "SIGKILL");
    expect(await demo.ended()).toBe(1);
    expect(demo.errors()).toBe(`the worker has ended by itself (SIGKILL), its log is ${join(folder, "worker.log")}\n`);
    await nobodyIsLeft(stack);
  });
});

describe("volley dev", () => {
  it("runs until Ctrl+C, which is its regular end, names what it has started and what has ended by itself", async () => {
    const dev = start("dev", { VOLLEY_PREFIX: "{volley-test-dev}", VOLLEY_REGIONS: "us,gulf-2" });
    await dev.printed(/^Ctrl\+C ends it\.$/m);
    const stack = descendantsOf(dev.pid);
    expect(dev.output()).toContain("prefix: {volley-test-dev}\n");
    const [, api = ""] = await dev.printed(/^API: (\S+)$/m);
    const [, key = ""] = await dev.printed(/^key: (vk_\S+) /m);
    expect(dev.output()).toMatch(new RegExp(`^send: curl .*'Authorization: Bearer ${key}'.* ${api}/v1/sends$`, "m"));
    const asked = await fetch(`${api}/v1/sends/us-0123456789abcdefghjk`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const [, exporter = ""] = await dev.printed(/^exporter: (\S+)$/m);
    expect(await (await fetch(`${exporter}/metrics`)).text()).toContain('volley_wanted_replicas{app="exporter"}');
    expect([asked.status, await asked.json()]).toMatchObject([404, { code: "VOLLEY_UNKNOWN_SEND" }]);
    expect(dev.output()).toContain("queues: volley-us, volley-gulf-2 with prefix {volley-test-dev}\n");

    process.kill(pidOf(stack, /board\/dist\/main\.js/), "SIGKILL");
    await dev.printed(/^the board has ended by itself \(SIGKILL\), its log is .*board\.log$/m);
    const [, worker = ""] = await dev.printed(/^worker: (\S+)$/m);
    expect((await fetch(`${worker}/readyz`)).status).toBe(200);

    dev.signal("SIGINT");
    expect(await dev.ended()).toBe(0);
    expect(dev.errors()).toBe("");
    await nobodyIsLeft(stack);
  });

  it("ends with all that it has started when npm is told to end, as a container or a service does", async () => {
    const npm = spawn("npm", ["run", "dev"], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: { ...process.env, VOLLEY_STATE_DIR: folder },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    npm.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    await eventually(() => output.includes("Ctrl+C ends it."), "the stack of npm run dev");
    const stack = descendantsOf(npm.pid ?? 0);
    npm.kill("SIGTERM");
    expect(stack.length).toBeGreaterThan(2);
    await nobodyIsLeft(stack);
  });

  it("never shows the password of the Redis that it is given", async () => {
    const local = await startRedis({ prefer: "server" });
    try {
      const redis = new Redis(local.url);
      await redis.config("SET", "requirepass", "a-secret");
      await redis.quit();
      const dev = start("dev", { REDIS_URL: local.url.replace("redis://", "redis://:a-secret@") });
      await dev.printed(/^Ctrl\+C ends it\.$/m);
      dev.signal("SIGINT");
      expect(await dev.ended()).toBe(0);
      expect(dev.output()).toContain(`Redis: the Redis that was given at ${local.url.slice("redis://".length)}\n`);
      expect(dev.output()).not.toContain("a-secret");
    } finally {
      await local.stop();
    }
  });
});
