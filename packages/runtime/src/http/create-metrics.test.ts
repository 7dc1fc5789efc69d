import { describe, expect, it } from "@jest/globals";
import { Counter, register } from "prom-client";

import { createMetrics } from "./create-metrics.ts";

describe("createMetrics", () => {
  it("renders the process's numbers and those that are registered, with the labels", async () => {
    const metrics = createMetrics({ labels: { app: "worker" } });
    new Counter({ name: "volley_sends_total", help: "Sends.", registers: [metrics.registry] }).inc(3);
    const { contentType, body } = await metrics.text();
    expect(contentType).toContain("text/plain");
    expect(body).toContain('volley_sends_total{app="worker"} 3');
    expect(body).toMatch(/process_cpu_seconds_total\{app="worker"\} \d/);
  });

  it("touches no registry but its own", () => {
    createMetrics();
    createMetrics();
    expect(register.getMetricsAsArray()).toEqual([]);
  });
});
