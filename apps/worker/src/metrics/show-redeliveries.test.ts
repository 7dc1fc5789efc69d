import { expect, it } from "@jest/globals";
import { createMetrics } from "@volley/runtime";
import { showRedeliveries } from "./show-redeliveries.ts";

it("shows what is due in each region, and nothing where that cannot be counted", async () => {
  const { registry } = createMetrics();
  let isAway = false;
  showRedeliveries(registry, ["eu", "us"], async (region) => {
    if (isAway) throw new Error("away");
    return region === "eu" ? 7 : 0;
  });
  const shown = async (): Promise<string[]> =>
    (await registry.metrics()).split("\n").filter((line) => line.startsWith("volley_redeliveries_due"));
  expect(await shown()).toEqual(['volley_redeliveries_due{region="eu"} 7', 'volley_redeliveries_due{region="us"} 0']);
  isAway = true;
  expect(await shown()).toEqual([]);
});
