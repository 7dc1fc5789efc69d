import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@jest/globals";
import { packageOf, timeSpent } from "./cpu-profile.ts";
import { createUnbundler } from "./unbundled.ts";

const frame = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  children,
  callFrame: { functionName, url, lineNumber: 6 },
});

const profile = {
  nodes: [
    frame(1, "(idle)", ""),
    frame(2, "post", "file:///v/node_modules/.pnpm/got@14.6.6/node_modules/got/dist/core.js"),
    frame(3, "(garbage collector)", ""),
    frame(4, "plan", "file:///v/packages/worker/dist/plan-job.js", [2]),
  ],
  //          start,   got, got, idle, gc, ours
  samples: [4, 2, 2, 1, 3, 4],
  timeDeltas: [0, 1_000, 1_000, 1_000, 5_000, 2_000],
  startTime: 10_000,
};

test("counts a sample until the next one, and idle time not at all", () => {
  const { busyMs, byPackage } = timeSpent(profile, { fromUs: 0, toUs: Infinity });
  expect(busyMs).toBe(5);
  expect(byPackage).toEqual([
    { name: "got", share: 2 / 5, ms: 2 },
    { name: "(garbage collector)", share: 2 / 5, ms: 2 },
    { name: "volley packages/worker", share: 1 / 5, ms: 1 },
  ]);
});

test("leaves out what lies outside of the window", () => {
  const { byFunction } = timeSpent(profile, { fromUs: 11_500, toUs: 18_500 });
  expect(byFunction).toEqual([
    { name: "(garbage collector) · (garbage collector)", share: 2 / 3, ms: 2 },
    { name: "post · got core.js:7", share: 1 / 3, ms: 1 },
  ]);
});

test("counts for our functions what they call", () => {
  const { withCallees } = timeSpent(profile, { fromUs: 0, toUs: Infinity });
  expect(withCallees).toEqual([{ name: "plan · volley packages/worker plan-job.js:7", share: 3 / 5, ms: 3 }]);
});

test.each([
  ["file:///v/node_modules/.pnpm/a@1/node_modules/@scope/name/dist/x.js", "f", "@scope/name"],
  ["file:///v/packages/sinch/dist/x.js", "f", "volley packages/sinch"],
  ["node:internal/streams/readable", "f", "node: streams"],
  ["node:http", "f", "node: http"],
  ["", "(program)", "(program)"],
  ["", "stringify", "v8 and native"],
  ["file:///elsewhere/x.js", "f", "other"],
])("%s %s belongs to %s", (url, name, owner) => {
  expect(packageOf(url, name)).toBe(owner);
});

test("finds the module of a function that was bundled", () => {
  const folder = mkdtempSync(join(tmpdir(), "volley-bundle-"));
  const dist = join(folder, "apps", "worker", "dist");
  mkdirSync(dist, { recursive: true });
  const modules = [
    "// ../../node_modules/.pnpm/got@14.6.6/node_modules/got/core.js",
    "post",
    "// src/config.ts",
    "",
    "read",
  ];
  writeFileSync(join(dist, "main.js"), modules.join("\n"));
  const at = (lineNumber: number) => ({
    functionName: "f",
    url: pathToFileURL(join(dist, "main.js")).href,
    lineNumber,
  });
  const [theirs, ours] = [at(1), at(4)].map(createUnbundler());
  rmSync(folder, { recursive: true });
  expect(packageOf(String(theirs?.url), "f")).toBe("got");
  expect(packageOf(String(ours?.url), "f")).toBe("volley apps/worker");
  expect(ours).toMatchObject({ url: expect.stringMatching(/config\.ts$/), lineNumber: 1 });
});
