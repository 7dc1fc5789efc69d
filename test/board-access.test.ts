import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { addAccount, readActions } from "@volley/accounts";
import { createLogger, type Listening, type Started } from "@volley/runtime";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";
import { readBoardConfig } from "../apps/board/src/config.ts";
import { ownPath } from "../apps/board/src/guard/sign-in.ts";
import { ACCESS } from "../apps/board/src/serve/access-table.ts";
import { startBoard } from "../apps/board/src/start-board.ts";

const PASSWORD = "correct horse battery";
const PAGE = readFileSync(new URL("../docs/board.md", import.meta.url), "utf8");

const prefix = ownPrefix();
const lines: string[] = [];
let redis: Redis;
let board: Started & Listening;
let cookies: Record<"viewer" | "operator", string>;

type Asked = {
  readonly cookie?: string;
  readonly headers?: Record<string, string>;
  readonly form?: Record<string, string>;
};

/** A request as it is, redirects included. */
async function ask(method: string, path: string, { cookie = "", headers = {}, form }: Asked = {}): Promise<Response> {
  const body = form && new URLSearchParams(form);
  const all = { ...(cookie && { cookie }), ...headers };
  return fetch(board.url + path, { method, headers: all, redirect: "manual", ...(body && { body }) });
}

async function signIn(name: string, password: string, headers: Record<string, string> = {}): Promise<Response> {
  return ask("POST", "/sign-in", { form: { name, password }, headers });
}

function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

async function start(environment: Record<string, string> = {}): Promise<Started & Listening> {
  const log = createLogger({ name: "test", level: "info", destination: { write: (line) => void lines.push(line) } });
  const settings = {
    REDIS_URL: testRedisUrl(),
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "us",
    VOLLEY_HTTP_HOST: "127.0.0.1",
    VOLLEY_HTTP_PORT: "0",
  };
  return startBoard(readBoardConfig({ ...settings, ...environment }), log);
}

beforeAll(async () => {
  redis = new Redis(testRedisUrl());
  for (const role of ["viewer", "operator"]) {
    await addAccount({ redis, prefix }, { name: role, role, password: PASSWORD }, { replace: false, now: new Date() });
  }
  board = await start();
  const [viewer, operator] = [await signIn("viewer", PASSWORD), await signIn("operator", PASSWORD)];
  cookies = { viewer: cookieOf(viewer), operator: cookieOf(operator) };
});

afterAll(async () => {
  await board.stop(new AbortController().signal);
  await redis.quit();
  await dropPrefix(prefix);
});

/** A path of a route, with something in place of its parameters. */
function pathOf(path: string): string {
  return path
    .replace(":queueName", "volley-us")
    .replace(":jobId", "no-such")
    .replace("static/*", "static/favicon.ico")
    .replace("regions/:name", "regions/us")
    .replaceAll(/:\w+/g, "no-such");
}

/** What streams goes on until somebody ends it. */
async function statusOf(method: string, path: string, asked: Asked): Promise<number> {
  const response = await ask(method, path, asked);
  await response.body?.cancel();
  return response.status;
}

describe("every route", () => {
  const notToBeTried = new Set(["POST /sign-in", "POST /sign-out"]);
  const all = ACCESS.filter(({ method, path }) => !notToBeTried.has(`${method} ${path}`));

  it.each(all.map((each) => [each.method, each.path, each.allowed] as const))(
    "%s %s is for %s",
    async (method, path, allowed) => {
      const to = pathOf(path);
      const form = method === "GET" ? {} : { form: {} };
      const [nobody, viewer, operator] = [
        await statusOf(method, to, { ...form }),
        await statusOf(method, to, { ...form, cookie: cookies.viewer }),
        await statusOf(method, to, { ...form, cookie: cookies.operator }),
      ];
      const refused = [401, 403, 405];
      expect([nobody === 401, viewer === 403]).toEqual([allowed !== "open", allowed === "operator"]);
      expect(refused).not.toContain(allowed === "viewer" ? viewer : 0);
      // bull-board itself refuses what would text people again.
      expect(path.startsWith("/queues") ? [] : refused).not.toContain(operator);
    },
  );

  it.each(all.filter(({ method }) => method !== "GET").map(({ method, path }) => [method, path] as const))(
    "%s %s takes nothing from another site",
    async (method, path) => {
      for (const headers of [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { origin: "https://elsewhere.example" },
      ]) {
        const asked = { cookie: cookies.operator, headers: headers as Record<string, string>, form: {} };
        expect(await statusOf(method, pathOf(path), asked)).toBe(403);
      }
    },
  );

  it("is in the table of the docs", () => {
    const rows = [...PAGE.matchAll(/^\| `(GET|POST) (\/[^`]*)` +\| (\w+) +\|/gm)].map(([, ...cells]) =>
      cells.join(" "),
    );
    const own = ACCESS.filter(
      ({ path }) => !path.startsWith("/queues") && !path.startsWith("/assets") && !path.startsWith("/queue/"),
    );
    expect(rows.toSorted()).toEqual(own.map(({ method, path, allowed }) => `${method} ${path} ${allowed}`).toSorted());
  });
});

describe("signing in", () => {
  it("sets a cookie that no script reads, no other site sends, and no plain connection behind TLS", async () => {
    const plain = (await signIn("viewer", PASSWORD)).headers.get("set-cookie");
    expect(plain).toMatch(/^volley_board=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const secure = await signIn("viewer", PASSWORD, { "x-forwarded-proto": "https" });
    expect(secure.headers.get("set-cookie")).toMatch(/; Secure$/);
  });

  it("leads to where somebody was going, if that is here", async () => {
    const page = await ask("GET", "/log?cursor=1-1", { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("location")]).toEqual([303, "/sign-in?to=%2Flog%3Fcursor%3D1-1"]);
    const form = { name: "viewer", password: PASSWORD, to: "/log?cursor=1-1" };
    expect((await ask("POST", "/sign-in", { form })).headers.get("location")).toBe("/log?cursor=1-1");
    const elsewhere = [
      "https://elsewhere.example/",
      "//elsewhere.example",
      "/\\elsewhere.example",
      "/..//elsewhere.example",
      "x",
      null,
    ];
    expect(new Set(elsewhere.map(ownPath))).toEqual(new Set(["/"]));
  });

  it("is signed out of", async () => {
    const cookie = cookieOf(await signIn("viewer", PASSWORD));
    expect((await ask("GET", "/log", { cookie })).status).toBe(200);
    const out = await ask("POST", "/sign-out", { cookie, form: {} });
    expect([out.status, out.headers.get("set-cookie")]).toEqual([303, expect.stringContaining("Max-Age=0")]);
    expect((await ask("GET", "/log", { cookie })).status).toBe(401);
  });

  it("is tried a few times alone, also with many tries at once, and every try is in the log of the process", async () => {
    const tries = Array.from({ length: 30 }, async () => (await signIn("operator", "wrong horse battery")).status);
    const counts = (await Promise.all(tries)).filter((status) => status === 401).length;
    expect(counts).toBeLessThanOrEqual(10);
    while ((await signIn("operator", "wrong horse battery")).status !== 429);
    const right = await signIn("operator", PASSWORD);
    expect([right.status, Number(right.headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect(await right.text()).toContain("Too many wrong passwords: try again in 15 minutes.");
    expect(lines.filter((line) => line.includes("a try to sign in")).length).toBeGreaterThan(10);
    expect(lines.join("")).not.toContain("horse");
    const { actions } = (await readActions({ redis, prefix }, { limit: 100, now: new Date() })) ?? { actions: [] };
    expect(actions.filter(({ what }) => what === "sign-in.refused")).toMatchObject([{ who: "operator" }]);
    // Whoever is signed in stays so.
    expect((await ask("GET", "/log", { cookie: cookies.operator })).status).toBe(200);
  });
});

describe("a proxy that knows who it is", () => {
  const USER = "x-auth-request-email";

  it("is believed where it is that proxy", async () => {
    const own = board;
    board = await start({
      VOLLEY_BOARD_PROXY_ADDRESSES: "127.0.0.1, 10.0.0.0/8",
      VOLLEY_BOARD_PROXY_USER_HEADER: USER,
      VOLLEY_BOARD_PROXY_OPERATORS: "ann@example.com",
    });
    const as = async (name: string, method: string, path: string) =>
      statusOf(method, path, { headers: { [USER]: name }, ...(method === "POST" && { form: {} }) });
    const pause = ["PUT", "/queues/api/queues/volley-us/pause"] as const;
    expect([await as("bo@example.com", "GET", "/log"), await as("bo@example.com", ...pause)]).toEqual([200, 403]);
    expect([await as("ann@example.com", ...pause), await as("", "GET", "/log")]).toEqual([200, 401]);
    const { actions } = (await readActions({ redis, prefix }, { limit: 1, now: new Date() })) ?? { actions: [] };
    expect(actions).toMatchObject([
      { who: "ann@example.com", what: "queue: PUT queues/:queueName/pause", about: "volley-us" },
    ]);
    await board.stop(new AbortController().signal);
    board = own;
  });

  it("is nobody where it is not, or where that is not set", async () => {
    expect(await statusOf("GET", "/log", { headers: { [USER]: "ann@example.com" } })).toBe(401);
    const set = { VOLLEY_BOARD_PROXY_USER_HEADER: USER, VOLLEY_BOARD_PROXY_ADDRESSES: "10.0.0.0/8" };
    expect(() => readBoardConfig({ VOLLEY_BOARD_PROXY_USER_HEADER: USER })).toThrow("VOLLEY_BOARD_PROXY_ADDRESSES");
    const own = board;
    board = await start(set);
    expect(await statusOf("GET", "/log", { headers: { [USER]: "ann@example.com" } })).toBe(401);
    await board.stop(new AbortController().signal);
    board = own;
  });
});
