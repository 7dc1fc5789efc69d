import { describe, expect, it } from "@jest/globals";
import { createMetrics } from "@volley/runtime";
import { showJobCounts } from "./show-job-counts.ts";

const THREE_WAIT = new Map([["us", { waiting: 3 }]]);

describe("showJobCounts", () => {
  it("shows the jobs of every region by state, as they are at that moment", async () => {
    const { registry } = createMetrics();
    let counts = new Map([["us", { waiting: 3, active: 1 }]]);
    showJobCounts(registry, { counts: async () => counts });
    expect(await registry.metrics()).toContain('volley_jobs{region="us",state="waiting"} 3');

    counts = new Map([["us", { waiting: 0, active: 2 }]]);
    const text = await registry.metrics();
    expect(text).toContain('volley_jobs{region="us",state="waiting"} 0');
    expect(text).toContain('volley_jobs{region="us",state="active"} 2');
  });

  it.each([
    ["does not answer", () => new Promise<never>(() => {})],
    ["fails", async () => Promise.reject(new Error("Connection is closed."))],
  ])("shows all the other metrics while Redis %s, and no number that was true once", async (_how, whileAway) => {
    const { registry } = createMetrics();
    let isAway = false;
    showJobCounts(registry, { counts: async () => (isAway ? whileAway() : THREE_WAIT) }, 10);
    expect(await registry.metrics()).toContain("volley_jobs{");

    isAway = true;
    const text = await registry.metrics();
    expect(text).toContain("process_cpu_seconds_total");
    expect(text).not.toContain("volley_jobs{");
  });
});
