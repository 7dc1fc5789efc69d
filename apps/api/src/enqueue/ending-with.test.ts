import { expect, test } from "@jest/globals";
import { requireRegionAllowed } from "../guard/require-allowed.ts";
import { endingWith } from "./ending-with.ts";

test("ends an upload that takes too long, and none that has ended", async () => {
  const never = new AbortController().signal;
  const [long, short] = [endingWith(never, never, 20), endingWith(never, never, 20)];
  short.forget();
  await new Promise((resolve) => {
    long.signal.addEventListener("abort", resolve);
  });
  expect(long.signal.reason).toMatchObject({ code: "request_timeout" });
  expect(short.signal.aborted).toBe(false);
});

test("lets a key for some regions use auto where all routes are in its regions", () => {
  const key = { regions: ["eu", "us"] };
  const routes = { prefixes: { "46": "eu" }, default: "us" };
  expect(() => requireRegionAllowed(key, "auto", routes)).not.toThrow();
  expect(() => requireRegionAllowed(key, "auto", { ...routes, default: "ca" })).toThrow("not for this region");
  expect(() => requireRegionAllowed(key, "auto", { prefixes: { "1": "ca" }, default: null })).toThrow("not for");
  expect(() => requireRegionAllowed(key, "auto")).toThrow("not for this region");
});
