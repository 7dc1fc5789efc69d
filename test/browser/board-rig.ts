import { addAccount, type LoggedAction, readActions } from "@volley/accounts";
import { createLogger } from "@volley/runtime";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { readBoardConfig } from "../../apps/board/src/config.ts";
import { startBoard } from "../../apps/board/src/start-board.ts";
import { type EveryKind, startEveryKind } from "../every-kind.ts";
import { testRedisUrl } from "../own-prefix.ts";
import { CHROMIUM_FLAGS } from "./chromium-flags.ts";
import { findChromium } from "./find-chromium.ts";

/** Of every account here. */
export const PASSWORD = "correct horse battery";

/** A page of its own, and everything it complained about and asked for. */
type Opened = { readonly page: Page; readonly complaints: string[]; readonly hosts: Set<string> };

/** How somebody looks at it. */
type Look = { readonly width?: number; readonly scheme?: "light" | "dark"; readonly scripts?: boolean };

/** A board over a Volley in which everything there is was written, a browser, and accounts of both roles by the names of these. */
export type BoardRig = {
  readonly world: EveryKind;
  readonly url: string;
  readonly open: (role: "viewer" | "operator" | null, look?: Look) => Promise<Opened>;
  /** Of a session: signed in once for each role, for a password is slow to look at. */
  readonly tokenOf: (role: string) => Promise<string>;
  /** The newest first. */
  readonly actions: () => Promise<readonly LoggedAction[]>;
  /** A send of which people were rejected, a long one that was accepted, and one that waits for its time. */
  readonly someSends: () => Promise<{ readonly ended: string; readonly done: string; readonly waiting: string }>;
  readonly close: () => Promise<void>;
};

/** What axe finds wrong with a page. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

export async function startBoardRig(): Promise<BoardRig> {
  const world = await startEveryKind(testRedisUrl());
  const { redis, prefix } = world;
  for (const role of ["viewer", "operator"]) {
    await addAccount({ redis, prefix }, { name: role, role, password: PASSWORD }, { replace: false, now: new Date() });
  }
  await lastHour(world);
  const config = readBoardConfig({
    REDIS_URL: testRedisUrl(),
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "eu,us",
    VOLLEY_HTTP_HOST: "127.0.0.1",
    VOLLEY_HTTP_PORT: "0",
  });
  const board = await startBoard(config, createLogger({ name: "board", level: "silent" }));
  const browser = await chromium.launch({ executablePath: await findChromium(), args: CHROMIUM_FLAGS });
  const tokenOf = rememberTokens(board.url);
  return {
    world,
    url: board.url,
    tokenOf,
    open: async (role, look = {}) => openPage(browser, look, role && { url: board.url, token: await tokenOf(role) }),
    actions: async () => (await readActions({ redis, prefix }, { limit: 100, now: new Date() }))?.actions ?? [],
    someSends: async () => {
      const { sends } = await world.producer.list({ limit: 100 });
      const ended = sends.find(({ result }) => (result?.recipients.rejected ?? 0) > 0)?.id ?? "";
      const long = sends.find(({ result, recipients }) => result?.state === "accepted" && recipients.valid > 1_000);
      return { ended, done: long?.id ?? "", waiting: world.waiting.delayed };
    },
    close: async () => {
      await browser.close();
      await board.stop(new AbortController().signal);
      await world.close();
    },
  };
}

/** An hour in which a region was slowed down, and a worker of each. */
async function lastHour({ redis, prefix }: EveryKind): Promise<void> {
  const last = Math.floor(Date.now() / 60_000);
  const minutes = Array.from({ length: 60 }, (_, at) => {
    const isSlow = at > 25 && at < 38;
    const requests = Math.round(20 + 8 * Math.sin(at / 4)) * (isSlow ? 0.4 : 1);
    const counts = [1_000 * requests, requests, at % 9 === 0 ? 1 : 0, isSlow ? 9 : 0, 0, isSlow ? 3 : 0, 0];
    const waits = isSlow ? [40 * (at - 25), 20 * (at - 25)] : [at % 7, at % 3];
    return [(last - 59 + at) % 60, [last - 59 + at, ...counts, ...waits].map(Math.round).join(" ")] as const;
  });
  await redis.hset(`${prefix}:minutes:eu`, Object.fromEntries(minutes));
  for (const region of ["eu", "us"]) {
    await redis.zadd(`${prefix}:processes:${region}`, Date.now() + 3_600_000, "a worker");
  }
}

async function openPage(
  browser: Browser,
  { width = 1280, scheme = "light", scripts = true }: Look,
  session: { readonly url: string; readonly token: string } | null,
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    javaScriptEnabled: scripts,
    timezoneId: "Europe/Stockholm",
    reducedMotion: "reduce",
  });
  if (session) await context.addCookies([{ name: "volley_board", value: session.token, url: session.url }]);
  const page = await context.newPage();
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  page.on("pageerror", (error) => void complaints.push(error.message));
  page.on("request", (request) => void hosts.add(new URL(request.url()).host));
  return { page, complaints, hosts };
}

function rememberTokens(url: string): BoardRig["tokenOf"] {
  const tokens = new Map<string, Promise<string>>();
  const signIn = async (name: string): Promise<string> => {
    const body = new URLSearchParams({ name, password: PASSWORD });
    const answer = await fetch(`${url}/sign-in`, { method: "POST", body, redirect: "manual" });
    return answer.headers.get("set-cookie")?.split(";")[0]?.split("=")[1] ?? "";
  };
  return async (role) => {
    const token = tokens.get(role) ?? signIn(role);
    tokens.set(role, token);
    return token;
  };
}
