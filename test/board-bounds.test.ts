import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { addAccount } from "@volley/accounts";
import { sendId } from "@volley/contract";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createLogger } from "@volley/runtime";
import { Redis } from "ioredis";
import { readBoardConfig } from "../apps/board/src/config.ts";
import { startBoard } from "../apps/board/src/start-board.ts";

const PREFIX = "{volley}";
const REGIONS = Array.from({ length: 20 }, (_, at) => `r${at}`);
const PASSWORD = "correct horse battery";

/** The most calls of Redis for one page over 20 regions, and the most commands within the scripts of these. */
const MOST = { calls: 350, commands: 4_000 } as const;

/** These go through everything there is. */
const EVERYTHING = /^(?:keys|scan|smembers|flushall|sort)$/i;

/** What has a bound of its own: at most 100 endpoints. */
const BOUNDED = /^smembers \S+:endpoints$/i;

/** Keys: none. Values: the prefix, how many results, how many regions. What workers leave behind, written at once. */
const FILL = `
local prefix, count, regions = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
for at = 1, count do
  local region = "r" .. (at % regions)
  local id = region .. "-" .. string.format("%020d", at)
  local queue = prefix .. ":volley-" .. region
  redis.call("HSET", queue .. ":" .. id, "name", "send", "timestamp", 1796112000000 + at, "finishedOn", 1796112000000 + at, "opts", "{}",
    "data", '{"to":["46701234567"],"body":"Hi","from":"Volley"}', "returnvalue", '{"state":"accepted"}')
  redis.call("ZADD", queue .. ":completed", 1796112000000 + at, id)
  redis.call("XADD", prefix .. ":sends", "*", "id", id, "region", region, "kind", "send", "whole", "", "from", "Volley", "label", "", "requested", 1, "valid", 1)
end
return count`;

/** A send under way: its parts wait, and it waits for them. Values: the prefix, the region, the send, parts. */
const UNDER_WAY = `
local queue, id, parts = ARGV[1] .. ":volley-" .. ARGV[2], ARGV[3], tonumber(ARGV[4])
local data = '{"message":{"from":"Volley","body":"Hi"},"planned":{"parts":' .. parts .. ',"requested":' .. parts * 1000 .. ',"duplicate":0,"rejected":0,"rejections":[],"skipped":[]}}'
redis.call("HSET", queue .. ":" .. id, "name", "send", "timestamp", 1796112000000, "opts", "{}", "data", data)
redis.call("ZADD", queue .. ":waiting-children", 1796112000000, id)
for part = 0, parts - 1 do
  local job = id .. ".p" .. part
  redis.call("HSET", queue .. ":" .. job, "name", "send", "timestamp", 1796112000000, "opts", "{}", "data", '{"to":["46701234567"],"body":"Hi","from":"Volley"}')
  redis.call("LPUSH", queue .. ":wait", job)
  redis.call("SADD", queue .. ":" .. id .. ":dependencies", queue .. ":" .. job)
end
redis.call("XADD", ARGV[1] .. ":sends", "*", "id", id, "region", ARGV[2], "kind", "send", "whole", "", "from", "Volley", "label", "million", "requested", parts * 1000, "valid", parts * 1000)
return parts`;

const longId = sendId("r0", "a million");
let server: LocalRedis;
let redis: Redis;
let ask: (path: string) => Promise<{ readonly status: number; readonly text: string }>;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startRedis({ prefer: "server" });
  closers.push(async () => server.stop());
  redis = new Redis(server.url);
  closers.push(async () => redis.quit());
  for (let at = 0; at < 20; at += 1) await redis.eval(FILL, 0, PREFIX, 5_000, REGIONS.length);
  await redis.eval(UNDER_WAY, 0, PREFIX, "r0", longId, 1_000);
  const place = { redis, prefix: PREFIX };
  await addAccount(place, { name: "ann", role: "operator", password: PASSWORD }, { replace: false, now: new Date() });
  const config = readBoardConfig({
    REDIS_URL: server.url,
    VOLLEY_REGIONS: REGIONS.join(","),
    VOLLEY_HTTP_HOST: "127.0.0.1",
    VOLLEY_HTTP_PORT: "0",
  });
  const board = await startBoard(config, createLogger({ name: "board", level: "silent" }));
  closers.push(async () => board.stop(new AbortController().signal));
  const form = new URLSearchParams({ name: "ann", password: PASSWORD });
  const signedIn = await fetch(`${board.url}/sign-in`, { method: "POST", body: form, redirect: "manual" });
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  ask = async (path) => {
    const response = await fetch(board.url + path, { headers: { cookie, accept: "text/html" } });
    return { status: response.status, text: await response.text() };
  };
  // The first look counts the suppression list once.
  await ask("/");
}, 120_000);

afterAll(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe("with a million recipients under way, 100,000 kept results and 20 regions", () => {
  const paths = [
    "/",
    "/sends",
    "/sends?label=none",
    "/sends?state=failed",
    `/sends?q=${longId}`,
    `/sends/${longId}`,
    "/maybe",
    "/inbox",
    "/events",
    "/log",
  ];
  const operators = [
    "/regions/r0/pause",
    "/regions/r0/limits",
    `/sends/${longId}/cancel`,
    "/bulk/cancel?label=million",
  ];

  it.each([...paths, ...operators])(
    "%s asks Redis a bounded number of times, and never for everything",
    async (path) => {
      const monitor = await redis.monitor();
      const [calls, commands, grave] = [[] as string[], [] as string[], [] as string[]];
      monitor.on("monitor", (_time: string, args: string[], source: string) => {
        const line = args.slice(0, 4).join(" ");
        (source === "lua" ? commands : calls).push(line);
        if (EVERYTHING.test(args[0] ?? "") && !BOUNDED.test(line)) grave.push(line);
      });
      const { status } = await ask(path);
      // What was asked before this has been told by then.
      await redis.ping();
      await new Promise((resolve) => setTimeout(resolve, 100));
      monitor.disconnect();
      expect([status, grave]).toEqual([200, []]);
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.length).toBeLessThanOrEqual(MOST.calls);
      expect(commands.length).toBeLessThanOrEqual(MOST.commands);
    },
  );

  it("shows how far the million is", async () => {
    const { text } = await ask(`/sends/${longId}`);
    expect(text).toContain("0 of 1,000");
  });
});

describe("what hostile clients have put on a queue", () => {
  const IDS = [
    "<script>alert(1)</script>",
    "__proto__",
    "constructor",
    "a\u202eb",
    `"onmouseover="x`,
    "../../etc",
    "x".repeat(900),
    "46701234567x",
  ];
  const TEXTS = ["<script>alert(1)</script>", "\u202e<b>", "x".repeat(4_000_000), "</title><svg/onload=alert(1)>"];
  const DATA: unknown[] = [
    ...TEXTS.map((text) => ({ to: [text], from: text, body: text, label: text, [text.slice(0, 99)]: text })),
    ...TEXTS,
    null,
    [],
    7,
    { message: "<script>", planned: { parts: 1e300 } },
    { message: {}, settled: { state: "<script>" } },
    { to: { length: -1 }, body: { toString: "x" }, send_at: "<script>" },
    JSON.parse(
      '{"__proto__":{"to":["x"]},"constructor":"<script>","hasOwnProperty":1,"body":"<script>alert(1)</script>"}',
    ),
  ];

  it("shows as text, and breaks no page", async () => {
    const queue = `${PREFIX}:volley-r1`;
    const ids = [...IDS, ...DATA.map((_, at) => `hostile-${at}`)];
    for (const [at, id] of ids.entries()) {
      const data = JSON.stringify(DATA[at % DATA.length]);
      const hostile = "<script>alert(1)</script>";
      await redis.hset(`${queue}:${id}`, {
        name: hostile,
        data,
        opts: '{"l":"<script>"}',
        timestamp: hostile,
        processedOn: "1e400",
        progress: JSON.stringify({ last: { outcome: hostile, code: hostile, at: hostile } }),
        failedReason: hostile,
        returnvalue: JSON.stringify({ state: hostile }),
      });
      await redis.rpush(`${queue}:wait`, id);
      await redis.xadd(
        `${PREFIX}:sends`,
        "*",
        "id",
        id,
        "region",
        "r1",
        "kind",
        "client",
        "whole",
        "",
        "from",
        hostile.slice(0, 11),
        "label",
        hostile,
        "requested",
        hostile,
        "valid",
        "1e400",
      );
    }
    await redis.hset(`${PREFIX}:minutes:r1`, { "1": "<script>", "2": "1 ".repeat(500), x: "-1 -1 -1" });
    await redis.set(`${PREFIX}:notices:r1`, "<script>alert(1)</script> 46701234567");
    const wrong: string[] = [];
    const shown = ids.flatMap((id) => [
      `/sends/${encodeURIComponent(id)}?region=r1`,
      `/sends/${encodeURIComponent(id)}/cancel?region=r1`,
      `/sends?q=${encodeURIComponent(id)}`,
    ]);
    for (const path of ["/", "/sends", "/sends?region=r1", "/bulk/cancel?region=r1", ...shown]) {
      const { status, text } = await ask(path);
      const bad = [/<script>a/, /<svg\/onload/, /<b>/, /\u202e/, /46701234567/, /onmouseover="/].filter((each) =>
        each.test(text),
      );
      if (status >= 500 || bad.length > 0 || text.length > 500_000)
        wrong.push(`${path.slice(0, 80)}: ${status} ${bad.join(" ")} ${text.length}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
