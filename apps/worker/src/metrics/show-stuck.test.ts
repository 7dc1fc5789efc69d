import { expect, it } from "@jest/globals";
import { createMetrics } from "@volley/runtime";
import type { RegionHealth } from "@volley/worker";
import { showStuck } from "./show-stuck.ts";

const NOW = new Date("2026-12-01T10:00:00.000Z");

it("shows for how long work has waited that is not picked up, and 0 when it is again", async () => {
  const { registry } = createMetrics();
  const well: RegionHealth = { region: "us", isRunning: true, isSuspended: false, stopped: null, stuckSince: null };
  let health = [well, { ...well, region: "eu", stuckSince: new Date(NOW.getTime() - 90_000) }];
  showStuck(registry, { health: () => health }, () => NOW);
  const text = await registry.metrics();
  expect(text).toContain('volley_worker_stuck_seconds{region="us"} 0');
  expect(text).toContain('volley_worker_stuck_seconds{region="eu"} 90');
  health = [well, { ...well, region: "eu" }];
  expect(await registry.metrics()).toContain('volley_worker_stuck_seconds{region="eu"} 0');
});
