import { getEventListeners } from "node:events";
import { describe, expect, test } from "@jest/globals";
import type { Failure } from "../failures/outcome.ts";
import { createSharedToken, type SharedToken } from "./shared-token.ts";
import type { Token } from "./token.ts";

const START_MS = Date.parse("2026-12-01T08:00:00Z");
const LATER_MS = 60_000;

const FAILURE: Failure = {
  kind: "unavailable",
  code: "token_unavailable",
  text: "",
  retryAfterMs: null,
  mayBeAccepted: false,
};

function tokenOf(value: string): Token {
  return { value, requestedAtMs: START_MS, renewAtMs: START_MS + 100_000, expiresAtMs: START_MS + 200_000 };
}

/** A question to the token host that a test answers. */
type Asked = {
  readonly patienceMs: () => number;
  readonly signal: AbortSignal;
  readonly answer: (answer: Token | Failure) => void;
};

type Rig = { readonly tokens: SharedToken; readonly asked: Asked[]; readonly at: (ms: number) => void };

function start(): Rig {
  let nowMs = START_MS;
  const asked: Asked[] = [];
  const tokens = createSharedToken(
    async (patienceMs, signal) => new Promise((answer) => asked.push({ patienceMs, signal, answer })),
    () => new Date(nowMs),
  );
  return { tokens, asked, at: (ms) => (nowMs = START_MS + ms) };
}

/** Until the questions that were begun have been asked. */
async function soon(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** One who waits until so many milliseconds from now. */
function until(ms: number, signal?: AbortSignal): { untilMs: number; signal: AbortSignal | undefined } {
  return { untilMs: performance.now() + ms, signal };
}

describe("one renewal for several calls", () => {
  test("goes on for as long as the most patient one waits, whoever came first", async () => {
    for (const patience of [
      [5_000, LATER_MS],
      [LATER_MS, 5_000],
      [5_000, LATER_MS, 7_000],
    ]) {
      const { tokens, asked } = start();
      const waits = patience.map((ms) => until(ms));
      const answers = waits.map(async (wait) => tokens.get(wait));
      await soon();
      expect(asked).toHaveLength(1);
      expect(asked[0]?.patienceMs()).toBe(Math.max(...waits.map(({ untilMs }) => untilMs)));
      asked[0]?.answer(tokenOf("a"));
      expect(await Promise.all(answers)).toEqual(patience.map(() => tokenOf("a")));
    }
  });

  test("is not ended by the one whose time is up, nor by the one who gives up", async () => {
    const { tokens, asked } = start();
    const controller = new AbortController();
    const hasty = tokens.get(until(1));
    const leaving = tokens.get(until(LATER_MS, controller.signal));
    const patient = tokens.get(until(LATER_MS));
    controller.abort();
    expect(await leaving).toEqual({ ...FAILURE, code: "aborted", text: "given up" });
    expect(await hasty).toEqual({ ...FAILURE, code: "timeout", text: "no token in time" });
    expect(asked[0]?.signal.aborted).toBe(false);
    asked[0]?.answer(tokenOf("a"));
    expect(await patient).toEqual(tokenOf("a"));
  });

  test("leaves nothing behind at a signal that many calls share, however each of them ends", async () => {
    const { tokens, asked } = start();
    const { signal } = new AbortController();
    const hasty = tokens.get(until(1, signal));
    const patient = tokens.get(until(LATER_MS, signal));
    expect(getEventListeners(signal, "abort")).toHaveLength(2);
    await hasty;
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    asked[0]?.answer(tokenOf("a"));
    await patient;
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("waits for nobody who has given up before", async () => {
    const { tokens } = start();
    expect(await tokens.get(until(LATER_MS, AbortSignal.abort()))).toMatchObject({ code: "aborted" });
  });

  test("is followed by another one after it has failed", async () => {
    const { tokens, asked } = start();
    const first = tokens.get(until(LATER_MS));
    await soon();
    asked[0]?.answer(FAILURE);
    expect(await first).toEqual(FAILURE);
    const second = tokens.get(until(LATER_MS));
    await soon();
    asked[1]?.answer(tokenOf("a"));
    expect(await second).toEqual(tokenOf("a"));
  });
});

/** A rig whose token is `a`. */
async function startWithToken(): Promise<Rig> {
  const rig = start();
  const first = rig.tokens.get(until(LATER_MS));
  await soon();
  rig.asked[0]?.answer(tokenOf("a"));
  await first;
  return rig;
}

describe("a token that is there", () => {
  test("is given at once, and is renewed from its time on, once", async () => {
    const { tokens, asked, at } = await startWithToken();
    at(99_999);
    expect(await tokens.get(until(0))).toEqual(tokenOf("a"));
    await soon();
    expect(asked).toHaveLength(1);
    at(100_000);
    expect(await tokens.get(until(0))).toEqual(tokenOf("a"));
    await tokens.get(until(0));
    await soon();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(tokenOf("b"));
    await soon();
    expect(await tokens.get(until(0))).toEqual(tokenOf("b"));
  });

  test("is renewed for ten seconds where nobody waits, and for longer where somebody comes to wait", async () => {
    const { tokens, asked, at } = await startWithToken();
    at(100_000);
    const before = performance.now();
    await tokens.get(until(0));
    await soon();
    const patienceMs = asked[1]?.patienceMs() ?? 0;
    expect(patienceMs).toBeGreaterThanOrEqual(before + 10_000);
    expect(patienceMs).toBeLessThanOrEqual(performance.now() + 10_000);
    at(200_000);
    const wait = until(LATER_MS);
    const waiting = tokens.get(wait);
    expect(asked[1]?.patienceMs()).toBe(wait.untilMs);
    asked[1]?.answer(tokenOf("b"));
    expect(await waiting).toEqual(tokenOf("b"));
    expect(asked).toHaveLength(2);
  });

  test("serves on while it cannot be renewed, which is tried every ten seconds", async () => {
    const { tokens, asked, at } = await startWithToken();
    for (const [ms, renewals] of [
      [100_000, 1],
      [109_999, 1],
      [110_000, 2],
      [119_999, 2],
      [120_000, 3],
    ] as const) {
      at(ms);
      expect(await tokens.get(until(0))).toEqual(tokenOf("a"));
      await soon();
      expect(asked.length - 1).toBe(renewals);
      asked.at(-1)?.answer(FAILURE);
      await soon();
    }
  });

  test("is not given any more when its life is over, although its renewal has just failed", async () => {
    const { tokens, asked, at } = await startWithToken();
    at(199_999);
    expect(await tokens.get(until(0))).toEqual(tokenOf("a"));
    await soon();
    asked[1]?.answer(FAILURE);
    await soon();
    at(200_000);
    const waiting = tokens.get(until(LATER_MS));
    await soon();
    asked[2]?.answer(FAILURE);
    expect(await waiting).toEqual(FAILURE);
  });

  test("is dropped when it has expired, and no other in its place", async () => {
    const { tokens, asked } = await startWithToken();
    const present = await tokens.get(until(0));
    tokens.drop(tokenOf("a"));
    expect(await tokens.get(until(0))).toBe(present);
    if (!("kind" in present)) tokens.drop(present);
    const waiting = tokens.get(until(LATER_MS));
    await soon();
    asked[1]?.answer(tokenOf("b"));
    expect(await waiting).toEqual(tokenOf("b"));
    if (!("kind" in present)) tokens.drop(present);
    expect(await tokens.get(until(0))).toEqual(tokenOf("b"));
    expect(asked).toHaveLength(2);
  });
});

test("close ends the question that is on its way", async () => {
  const { tokens, asked } = start();
  const waiting = tokens.get(until(1));
  await soon();
  tokens.close();
  expect(asked[0]?.signal.aborted).toBe(true);
  await waiting;
});
