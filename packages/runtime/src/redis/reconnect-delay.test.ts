import { describe, expect, it } from "@jest/globals";

import { MAX_RECONNECT_DELAY_MS, reconnectDelayMs } from "./reconnect-delay.ts";

describe("reconnectDelayMs", () => {
  it.each([
    [1, 0, 50],
    [1, 1, 100],
    [2, 1, 200],
    [4, 0.5, 600],
    [7, 1, MAX_RECONNECT_DELAY_MS],
    [7, 0, MAX_RECONNECT_DELAY_MS / 2],
    [1_000_000, 1, MAX_RECONNECT_DELAY_MS],
  ])("waits before try %i with chance %d for %i ms", (attempt, random, delayMs) => {
    expect(reconnectDelayMs(attempt, random)).toBe(delayMs);
  });
});
