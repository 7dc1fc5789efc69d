import { setMaxListeners } from "node:events";
import { afterEach, expect, test } from "@jest/globals";
import type { StrikeKind } from "./chaos-plan.ts";
import { runChaos } from "./run-chaos.ts";

/** `pnpm chaos` strikes with all kinds and for longer; these are the ones that lose or repeat texts most readily. */
const KINDS: readonly StrikeKind[] = [
  "worker_kill",
  "redis_kill",
  "webhooks_kill",
  "drop_after_accept",
  "redis_forget",
  "server_error",
  "redis_disconnect",
  "late_listing",
  "worker_term",
];

const interrupt = new AbortController();
// Every ask and every strike waits for its time with this signal.
setMaxListeners(0, interrupt.signal);

afterEach(() => interrupt.abort());

test("texts everybody once, and nobody after their opt-out was acknowledged, whatever dies", async () => {
  const diary: string[] = [];
  const report = await runChaos({
    seed: 7,
    seconds: 8,
    recipients: 2_500,
    faults: KINDS.length,
    kinds: KINDS,
    redisKills: false,
    say: (line) => diary.push(line),
    signal: interrupt.signal,
    longestEndMs: 120_000,
  });
  // Compared whole, so that a failure shows what was done and what it takes to find the cause.
  expect({ ...report.strikes, evidence: report.evidence, twice: report.twice, lost: report.lost }).toEqual({
    ...Object.fromEntries(KINDS.map((kind) => [kind, 1])),
    evidence: [],
    twice: 0,
    lost: 0,
  });
  expect(report.once).toBe(report.asked - report.forgotten - report.suppressed);
  expect(report.optOuts.texted).toBe(0);
  expect(report.optOuts.acknowledged).toBeGreaterThan(100);
  expect(report.suppressed).toBeGreaterThan(50);
  expect(report.mix).toMatchObject({
    staged: expect.any(Number),
    coalesce: expect.any(Number),
    urgent: expect.any(Number),
  });
  expect(report.batches.lots).toBeGreaterThan(10);
}, 300_000);
