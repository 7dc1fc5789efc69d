import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createProducer, type Producer } from "@volley/producer";
import { eventually } from "../../../../test/stage/eventually.ts";
import { people } from "../../../../test/stage/people.ts";
import { setUpStage, type Stage } from "../../../../test/stage/stage.ts";
import { readCliConfig } from "../redis/config.ts";
import { createProgram } from "../program.ts";
import { findingOf } from "./report-finding.ts";

let stage: Stage;
let producer: Producer;

beforeAll(async () => {
  stage = await setUpStage();
  await stage.startWorker();
  producer = createProducer({ redis: stage.environment["REDIS_URL"] ?? "", prefix: stage.prefix });
});

afterAll(async () => {
  await producer.close();
  await stage.close();
});

/** @returns what was said, and beside it, and the exit code */
async function run(args: readonly string[], isTTY = false): Promise<[out: string, beside: string, code: number]> {
  const [output, messages] = [new PassThrough(), new PassThrough()];
  const config = readCliConfig({ ...stage.environment, VOLLEY_PREFIX: stage.prefix });
  const terminal = Object.assign(output, { isTTY });
  const program = createProgram({ config, output: terminal, messages, signal: new AbortController().signal });
  const code = await program.parseAsync(args, { from: "user" }).then(
    () => 0,
    (error: unknown) => Number(Reflect.get(Object(error), "exitCode") ?? 1),
  );
  return [String(output.read() ?? ""), String(messages.read() ?? ""), code];
}

async function enqueue(key: string, label?: string): Promise<string> {
  const send = { from: "Volley", to: people(1), body: "Hi", ...(label !== undefined && { label }) };
  return (await producer.enqueue(send, { region: "us", idempotencyKey: key })).id;
}

async function accepted(id: string): Promise<void> {
  await eventually(async () => (await producer.status(id))?.result?.state === "accepted", "an accepted send");
}

describe("volley list", () => {
  it("has lines for programs, a table of at most 80 columns for people, and all as JSON", async () => {
    const first = await enqueue("1", "x".repeat(80));
    await accepted(first);
    await producer.region("us").pause();
    const second = await enqueue("2");
    const [lines] = await run(["list"]);
    expect(lines.split("\n").map((line) => line.split("\t").slice(1))).toEqual([
      [second, "queued", "1", ""],
      [first, "accepted", "1/1", "x".repeat(80)],
      [],
    ]);
    const [table] = await run(["list"], true);
    const rows = stripVTControlCharacters(table).trimEnd().split("\n");
    expect(rows[0]).toMatch(/^ENQUEUED +ID +STATE +RECIPIENTS +LABEL$/);
    expect(rows.map((row) => row.length).every((length) => length <= 80)).toBe(true);
    const [json] = await run(["list", "--json", "--label", "x".repeat(80), "--since", "1h", "--state", "settled"]);
    expect(JSON.parse(json)).toMatchObject({ sends: [{ id: first, state: "settled" }], cursor: null });
    const [one, beside] = await run(["list", "--limit", "1"]);
    const cursor = /--cursor (\S+)/.exec(beside)?.[1] ?? "";
    expect([one, await run(["list", "--limit", "5", "--cursor", cursor])]).toEqual([
      expect.stringContaining(second),
      [expect.stringContaining(first), "", 0],
    ]);
    await producer.region("us").resume();
    await accepted(second);
  });

  it("says that there is none, and refuses what it does not know", async () => {
    expect(await run(["list", "--label", "none"])).toEqual(["", "no send was found\n", 0]);
    expect((await run(["list", "--limit", "x"]))[2]).toBe(1);
    expect((await run(["list", "--state", "x"]))[2]).toBe(1);
  });
});

describe("volley watch", () => {
  it("follows a send to its end, with plain lines where there is no terminal, and ends as it did", async () => {
    const id = await enqueue("3");
    const [lines, , code] = await run(["watch", id]);
    expect(lines).toContain(`${id}: accepted`);
    expect(lines).not.toContain("\u001b");
    expect(code).toBe(0);
    expect((await run(["watch", id], true))[0]).toContain("\u001B[32maccepted\u001B[39m in us");
    const [json] = await run(["watch", id, "--json"]);
    expect(JSON.parse(json)).toMatchObject({ id, result: { state: "accepted" } });
  });

  it("ends with 2 where not everybody was accepted, and with 1 where there is none", async () => {
    await producer.region("us").pause();
    const id = await enqueue("4");
    await producer.cancel(id, { waitMs: 100 }).catch(() => {});
    await producer.region("us").resume();
    expect((await run(["watch", id]))[2]).toBe(2);
    expect((await run(["watch", "eu-00000000000000000000"]))[2]).toBe(1);
  });
});

describe("volley doctor", () => {
  it("says of each thing how it is and what to do, and ends with 1 where something is bad", async () => {
    const [json, , code] = await run(["doctor", "--json", "--regions", "us,eu"]);
    const states = Object.fromEntries(
      (JSON.parse(json) as { what: string; state: string }[]).map(({ what, state }) => [what, state]),
    );
    expect(states).toMatchObject({ "redis version": "ok", "redis eviction": "ok", clock: "ok", "region us": "ok" });
    expect(states).toMatchObject({ callbacks: "ok", webhooks: "ok", api: "ok", exporter: "ok", board: "ok" });
    expect([states["credentials of us"], states["credentials of eu"], code]).toEqual(["ok", "fail", 1]);
    await producer.region("us").pause();
    const [lines, , paused] = await run(["doctor", "--regions", "us"]);
    await producer.region("us").resume();
    expect(lines).toMatch(/^ok {4}webhooks: (?:none is connected|\d+ connections?)/m);
    expect(lines).toMatch(/^warn {2}region us: paused.*\n {6}volley region resume us$/m);
    expect(paused).toBe(0);
  });

  it.each([
    [[null, { delivery: null }], "ok", "no send of the last day has asked for reports"],
    [[{ last_at: null }, { last_at: "2026-12-01T09:30:00Z" }], "ok", "the newest report is of 09:30 UTC"],
    [[{ last_at: null }, { last_at: null }], "warn", "no report has come on 2 sends of the last day that asked for it"],
  ])("says whether reports come: %j", (sends, state, said) => {
    const statuses = sends.map((send) => (send && "last_at" in send ? { delivery: send } : send));
    const finding = findingOf(statuses as unknown as Parameters<typeof findingOf>[0], new Date("2026-12-01T10:00:00Z"));
    expect(finding).toMatchObject({ state, said: expect.stringContaining(said) });
  });
});
