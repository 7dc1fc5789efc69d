import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type MutationReport, type MutationScore, scoreOf } from "./mutation-score.ts";
import type { Target } from "./targets.ts";
import type { Workplace } from "./workplace.ts";

/** What a file is mutated with. */
export type MutateOptions = { readonly redisUrl: string; readonly signal: AbortSignal };

/**
 * Mutates one file and runs its tests after each mutation, those that come to it, up to the first that fails.
 *
 * @throws when its tests fail without any mutation, or Stryker itself does
 */
export async function mutateFile(
  { folder, stryker }: Workplace,
  target: Target,
  { redisUrl, signal }: MutateOptions,
): Promise<MutationScore> {
  const report = join(folder, "mutation-report.json");
  const config = join(folder, "stryker.config.mjs");
  rmSync(report, { force: true });
  writeFileSync(config, configOf(target, stryker.jestRunner, report));
  const child = spawn(process.execPath, [stryker.command, "run", config, "--logLevel", "error"], {
    cwd: folder,
    env: { ...process.env, REDIS_URL: redisUrl },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await once(child, "close");
  if (!existsSync(report)) throw new Error(`${target.name}: no report\n${said.slice(0, 2_000)}`);
  return scoreOf(JSON.parse(readFileSync(report, "utf8")) as MutationReport);
}

/**
 * Jest's own configuration, with the tests of this file alone, by their whole paths: Stryker keeps copies of them below. Each
 * run has to load the changed file again, so it is Jest that loads the modules here, for which Node needs its flag.
 */
function configOf({ source, tests }: Target, jestRunner: string, report: string): string {
  const options = {
    testRunner: "jest",
    plugins: [jestRunner],
    mutate: [source],
    inPlace: true,
    concurrency: 1,
    coverageAnalysis: "perTest",
    tsconfigFile: "none.json",
    testRunnerNodeArgs: ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"],
    reporters: ["json"],
    jsonReporter: { fileName: report },
    timeoutMS: 20_000,
  };
  const jest = {
    testEnvironment: "node",
    testEnvironmentOptions: { customExportConditions: ["@volley/source", "node", "node-addons"] },
    testMatch: tests.map((test) => `<rootDir>/${test}`),
  };
  return `import config from "./test/jest.config.js";
const { runtime, ...shared } = config;
export default {
  ...${JSON.stringify(options)},
  jest: { projectType: "custom", enableFindRelatedTests: false, config: { ...shared, ...${JSON.stringify(jest)} } },
};
`;
}
