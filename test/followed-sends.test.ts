import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, connect, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createProducer } from "@volley/producer";
import { type CliProcess, runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

let stage: Stage;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-followed-"));
  file = join(folder, "people.csv");
  await writeFile(file, "number\n+46701234567\n+46701234568\n");
});

beforeEach(async () => {
  stage = await setUpStage({ regions: ["eu"], hadWorkers: true });
});

afterEach(async () => stage.close());

afterAll(async () => rm(folder, { recursive: true, force: true }));

function send(redisUrl: string, ...flags: string[]): CliProcess {
  const text = ["--from", "Volley", "--body", "Hello", "--region", "eu"];
  return runVolley(["send", file, ...text, ...flags], { REDIS_URL: redisUrl, VOLLEY_PREFIX: stage.prefix });
}

/** A way to Redis that can be cut for the command alone, and comes back at the same port. */
async function openWay(): Promise<{ url: string; cut: () => Promise<void>; mend: () => Promise<void> }> {
  const { hostname, port } = new URL(stage.redisUrl);
  const sockets = new Set<Socket>();
  const pass = (from: Socket): void => {
    const to = connect(Number(port), hostname);
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket
        .on("error", () => other.destroy())
        .on("close", () => sockets.delete(socket))
        .pipe(other);
    }
  };
  let server: Server = createServer(pass);
  const listen = async (at: number): Promise<number> => {
    server = createServer(pass).listen(at, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as { port: number }).port;
  };
  const own = await listen(0);
  return {
    url: `redis://127.0.0.1:${own}`,
    cut: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: async () => void (await listen(own)),
  };
}

describe("a send that is followed", () => {
  it("is followed to its end though Redis was away for a moment", async () => {
    const way = await openWay();
    const volley = send(way.url);
    await volley.printed(/^0 of 2 recipients$/m);
    await way.cut();
    await volley.printed(/^Redis does not answer; what is on the queue goes on/m);
    await stage.startWorker();
    await eventually(() => stage.emulator.stats().recipients === 2, "two people texted");
    await way.mend();
    expect(await volley.ended()).toBe(0);
    expect(volley.output()).toMatch(/^Redis answers again$/m);
    expect(volley.output()).toMatch(/^ {2}2 requested = 2 accepted$/m);
    await way.cut();
  });

  it("says for when it is scheduled, and that its region is paused", async () => {
    const producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
    await producer.region("eu").pause();
    const volley = send(stage.redisUrl, "--send-at", new Date(Date.now() + 60 * 60 * 1_000).toISOString());
    await volley.printed(/^eu-\w+: scheduled for (?:\d{4}-\d\d-\d\d )?\d\d:\d\d UTC/m);
    await volley.printed(/^eu is paused since .+: volley region resume eu$/m);
    volley.signal("SIGINT");
    expect(await volley.ended()).toBe(130);
    const shown = runVolley(["region", "show", "eu"], { REDIS_URL: stage.redisUrl, VOLLEY_PREFIX: stage.prefix });
    expect(await shown.ended()).toBe(0);
    expect(shown.output()).toMatch(/^eu: paused\n {2}workers .+\n {2}reason {8}somebody has paused it\n {2}since /);
    await producer.region("eu").resume();
    await producer.close();
  });

  it("says that its region is suspended, and so do status and region show", async () => {
    stage.emulator.faults.add({ times: null, action: { kind: "status", status: 401, body: {} } });
    await stage.startWorker();
    const volley = send(stage.redisUrl);
    await volley.printed(/^eu is suspended since .+: the provider refuses its set-up \(.+\)/m);
    const [id = ""] = /^eu-\w+/m.exec(volley.output()) ?? [];
    const place = { REDIS_URL: stage.redisUrl, VOLLEY_PREFIX: stage.prefix };
    const [status, region] = [runVolley(["status", id], place), runVolley(["region", "show", "eu"], place)];
    expect([await status.ended(), await region.ended()]).toEqual([0, 0]);
    expect(status.output()).toMatch(/^ {2}eu is suspended since .+; the provider is asked again at \d\d:\d\d UTC/m);
    expect(status.output()).not.toContain("done at about");
    expect(region.output()).toMatch(
      /^eu: suspended\n {2}workers .+\n {2}reason {8}the provider refuses .+\n {2}since .+\n {2}asked again /,
    );
    volley.signal("SIGINT");
    await volley.ended();
  });
});
