import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Children, createChildren } from "./children.ts";

/** A process of a stack: says its name, is ready at /ready, and writes down its process ID and that it was asked to end. */
const SERVER = `
  import { createServer } from "node:http";
  import { appendFileSync } from "node:fs";
  const { NAME, ENDED, PIDS, VOLLEY_HTTP_PORT, VOLLEY_HTTP_HOST } = process.env;
  console.log(NAME + " runs");
  appendFileSync(PIDS, process.pid + "\\n");
  const server = createServer((request, response) => {
    if (request.url === "/die") process.exit(7);
    response.writeHead(request.url === "/ready" ? 200 : 404).end();
  });
  server.listen(Number(VOLLEY_HTTP_PORT), VOLLEY_HTTP_HOST);
  process.on("SIGTERM", () => {
    appendFileSync(ENDED, NAME + "\\n");
    server.close();
    server.closeAllConnections();
  });
`;

let folder: string;
let interrupted: AbortController;
let said: string[];
let children: Children;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-children-"));
  await writeFile(join(folder, "server.mjs"), SERVER);
  interrupted = new AbortController();
  said = [];
  children = childrenOn("any");
});

function childrenOn(ports: "usual" | "any"): Children {
  return createChildren({
    environment: { PATH: process.env["PATH"], ENDED: join(folder, "ended"), PIDS: join(folder, "pids") },
    directory: folder,
    ports,
    say: (sentence) => void said.push(sentence),
    signal: interrupted.signal,
  });
}

afterEach(async () => {
  await children.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(name: string, readyPath = "/ready") {
  const program = join(folder, "server.mjs");
  return children.start({ name, program, port: 8090, readyPath, added: { NAME: name } });
}

async function fails(program: string): Promise<string> {
  await writeFile(join(folder, "wrong.mjs"), program);
  const started = children.start({ name: "wrong", program: join(folder, "wrong.mjs"), port: 0, readyPath: "/ready" });
  const error: unknown = await started.catch((thrown: unknown) => thrown);
  return (error as Error).message;
}

/** The process ID of the last one that was started, as soon as it runs. */
async function lastPid(): Promise<number> {
  const pids = await readFile(join(folder, "pids"), "utf8").catch(() => "");
  if (pids.endsWith("\n")) return Number(pids.trim().split("\n").at(-1));
  await pause(10);
  return lastPid();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("createChildren", () => {
  it("starts processes that are ready, each with its own log", async () => {
    const [first, second] = [await start("first"), await start("second")];
    expect((await fetch(`${first.url}/ready`)).status).toBe(200);
    expect(second.url).not.toBe(first.url);
    expect(await readFile(join(folder, "first.log"), "utf8")).toBe("first runs\n");
    expect(await readFile(join(folder, "second.log"), "utf8")).toBe("second runs\n");
  });

  it("takes the usual port while that is free, and any other one while somebody else answers there", async () => {
    const other = createServer((_request, response) => void response.end()).listen(0, "127.0.0.1");
    await once(other, "listening");
    const taken = (other.address() as AddressInfo).port;
    const onUsual = childrenOn("usual");
    const program = { program: join(folder, "server.mjs"), port: taken, readyPath: "/ready", added: { NAME: "it" } };
    try {
      const beside = await onUsual.start({ ...program, name: "beside" });
      expect((await fetch(`${beside.url}/ready`)).status).toBe(200);
      expect(beside.url).not.toBe(`http://127.0.0.1:${taken}`);
      expect((await fetch(`${beside.url}/nothing`)).status).toBe(404);
      other.close();
      await once(other, "close");
      expect((await onUsual.start({ ...program, name: "there" })).url).toBe(`http://127.0.0.1:${taken}`);
      expect(said).toEqual([`beside: port ${taken} is taken, so it has another one`]);
    } finally {
      other.close();
      await onUsual.stop();
    }
  });

  it("stops them in the reverse order, and says nothing about it", async () => {
    const started = [await start("first"), await start("second"), await start("third")];
    await children.stop();
    expect(await readFile(join(folder, "ended"), "utf8")).toBe("third\nsecond\nfirst\n");
    expect(await Promise.all(started.map(async ({ ended }) => ended))).toEqual(started.map(() => "exit code 0"));
    expect(said).toEqual([]);
    expect(children.lost.aborted).toBe(false);
  });

  it("names one that ends by itself, with its end and its log", async () => {
    const [first] = [await start("first"), await start("second")];
    await fetch(`${first.url}/die`).catch(() => null);
    if (!children.lost.aborted) await once(children.lost, "abort");
    const sentence = `the first has ended by itself (exit code 7), its log is ${join(folder, "first.log")}`;
    expect(said).toEqual([sentence]);
    expect(children.lost.reason).toMatchObject({ name: "CliError", message: sentence });
  });

  it("names one that is killed", async () => {
    await start("first");
    process.kill(await lastPid(), "SIGKILL");
    if (!children.lost.aborted) await once(children.lost, "abort");
    expect(said).toEqual([expect.stringContaining("the first has ended by itself (SIGKILL)")]);
  });

  it("names one that does not start, with its end and its log", async () => {
    expect(await fails(`console.error("no"); process.exit(3);`)).toBe(
      `wrong did not start (exit code 3), its log is ${join(folder, "wrong.log")}`,
    );
    expect(await readFile(join(folder, "wrong.log"), "utf8")).toBe("no\n");
  });

  it("begins a log anew with every start", async () => {
    await fails(`console.log("an old reason"); process.exit(3);`);
    await fails(`console.log("a new reason"); process.exit(3);`);
    expect(await readFile(join(folder, "wrong.log"), "utf8")).toBe("a new reason\n");
  });

  it("gives up one that is not ready when it is interrupted, and leaves it nowhere", async () => {
    const starting = start("first", "/never");
    const failure = starting.catch((thrown: unknown) => thrown);
    const pid = await lastPid();
    interrupted.abort();
    expect(await failure).toMatchObject({ message: expect.stringContaining("first did not start") });
    expect(isAlive(pid)).toBe(false);
  });
});
