/**
 * The one Jest configuration of the workspace: native ESM, sources of every package without a build, each module loaded once
 * for all test files of a process (test/jest/). So a module below the tests keeps nothing from one file to the next.
 * Run it through `npm test`, or from any folder with `node test/run.mjs [jest arguments]`.
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/** @type {import("jest").Config} */
export default {
  rootDir: fileURLToPath(new URL("..", import.meta.url)),
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["/dist/"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2023" },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
  runtime: fileURLToPath(new URL("jest/runtime.cjs", import.meta.url)),
  testEnvironment: fileURLToPath(new URL("jest/environment.cjs", import.meta.url)),
  testTimeout: 60_000,
  testSequencer: fileURLToPath(new URL("jest/sequencer.cjs", import.meta.url)),
  // Two thirds of the time a test of test/ waits: for a process to start, a pause to end, a report to come.
  maxWorkers: availableParallelism() * 2,
  globalSetup: fileURLToPath(new URL("global-setup.ts", import.meta.url)),
  globalTeardown: fileURLToPath(new URL("global-teardown.ts", import.meta.url)),
};
