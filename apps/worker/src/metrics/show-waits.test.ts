import { describe, expect, it } from "@jest/globals";
import { createMetrics } from "@volley/runtime";
import type { RegionWaits } from "@volley/worker";
import { showWaits } from "./show-waits.ts";

const NOW = new Date("2026-12-01T10:00:00.000Z");
const NOTHING: RegionWaits = { pausedSince: null, suspendedSince: null, heldSince: null, oldestJobSince: null };

function ago(seconds: number): Date {
  return new Date(NOW.getTime() - 1_000 * seconds);
}

async function shown(
  waits: () => Promise<ReadonlyMap<string, RegionWaits>>,
  lateSends: () => Promise<ReadonlyMap<string, number>> = async () => new Map(),
): Promise<string[]> {
  const { registry } = createMetrics();
  showWaits(registry, { waits, lateSends }, () => NOW, 10);
  const text = await registry.metrics();
  return text.split("\n").filter((line) => line.startsWith("volley_"));
}

describe("showWaits", () => {
  it("shows for how long a region is kept from sending, and its oldest job waits", async () => {
    const us: RegionWaits = { ...NOTHING, pausedSince: ago(60), heldSince: ago(2.5), oldestJobSince: ago(3_600) };
    expect(await shown(async () => new Map([["us", us]]))).toEqual([
      'volley_oldest_waiting_job_seconds{region="us"} 3600',
      'volley_region_not_sending_seconds{region="us",state="paused"} 60',
      'volley_region_not_sending_seconds{region="us",state="suspended"} 0',
      'volley_region_not_sending_seconds{region="us",state="held"} 2.5',
    ]);
  });

  it("shows how many sends end too late", async () => {
    const lines = await shown(
      async () => new Map(),
      async () => new Map([["us", 2]]),
    );
    expect(lines).toEqual(['volley_sends_late{region="us"} 2']);
  });

  it("shows 0 where nothing waits", async () => {
    const lines = await shown(async () => new Map([["us", NOTHING]]));
    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => !line.endsWith(" 0"))).toEqual([]);
  });

  it.each([
    ["does not answer", async () => new Promise<never>(() => {})],
    ["fails", async () => Promise.reject(new Error("Connection is closed."))],
  ])("shows nothing of it while Redis %s", async (_how, away) => {
    expect(await shown(away, away)).toEqual([]);
  });
});
