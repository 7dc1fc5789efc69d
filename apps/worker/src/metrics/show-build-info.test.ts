import { expect, it } from "@jest/globals";
import { createMetrics } from "@volley/runtime";
import { showBuildInfo } from "./show-build-info.ts";

it("shows which build runs", async () => {
  const { registry } = createMetrics();
  showBuildInfo(registry);
  const text = await registry.metrics();
  expect(text).toMatch(/^volley_build_info\{version="\d+\.\d+\.\d+",node="\d+\.\d+\.\d+"\} 1$/m);
});
