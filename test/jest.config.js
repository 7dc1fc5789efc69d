/**
 * The one Jest configuration of the workspace: native ESM, sources of every package without a build.
 * Run it through `npm test`, or from any folder with `node test/run.mjs [jest arguments]`.
 */
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
  testEnvironment: "node",
  testEnvironmentOptions: { customExportConditions: ["@volley/source", "node", "node-addons"] },
  testTimeout: 60_000,
  // Most of the time a test waits for something; Jest's own choice leaves one of two cores idle.
  maxWorkers: "100%",
  globalSetup: fileURLToPath(new URL("global-setup.ts", import.meta.url)),
  globalTeardown: fileURLToPath(new URL("global-teardown.ts", import.meta.url)),
};
