// Runs the tests and ends with one line: `N passed, N failed` (and `, N skipped` where there are any).
//
//   node test/run.mjs [jest arguments]      from any folder, for example: node test/run.mjs packages/contract
//
// The line is computed from Jest's own report. A file that does not even run counts as one failure, and so does a run that
// leaves no report. Exit code 0 means that at least one test ran and none failed.
//
// With CI=true, where nobody is there to do it by hand, a few files that failed run once more, alone: the machines are
// shared, and a real fault fails again. Which ones these were is said.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** More than these that fail are no accident. */
const MOST_FILES_AGAIN = 6;

const folder = mkdtempSync(join(tmpdir(), "volley-jest-"));
try {
  const reportFile = join(folder, "report.json");
  const exitCode = await runJest(reportFile, process.argv.slice(2));
  const first = count(reportFile, exitCode);
  const { passed, failed, skipped } = (await runFailedAlone(reportFile, first)) ?? first;
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @returns the counts of everything with those of the second run; `null` where there was none */
async function runFailedAlone(reportFile, first) {
  const results = readReport(reportFile)?.testResults ?? [];
  const files = results.filter(({ status }) => status === "failed");
  if (process.env.CI !== "true" || files.length === 0 || files.length > MOST_FILES_AGAIN) return null;
  const names = files.map(({ name }) => relative(workspaceFolder(), name));
  console.log(`Run once more, alone: ${names.join(", ")}`);
  const secondFile = join(folder, "second.json");
  const exitCode = await runJest(secondFile, ["--runTestsByPath", ...files.map(({ name }) => name)]);
  const second = count(secondFile, exitCode);
  const before = files.flatMap(({ assertionResults }) => assertionResults);
  const countOf = (wanted) => before.filter(({ status }) => status === wanted).length;
  return {
    passed: first.passed - countOf("passed") + second.passed,
    failed: second.failed,
    skipped: first.skipped - countOf("pending") - countOf("todo") + second.skipped,
  };
}

async function runJest(reportFile, jestArguments) {
  const jest = createRequire(import.meta.url).resolve("jest/bin/jest");
  const config = fileURLToPath(new URL("jest.config.js", import.meta.url));
  const child = spawn(
    process.execPath,
    [jest, "-c", config, "--json", `--outputFile=${reportFile}`, ...jestArguments],
    { stdio: "inherit", cwd: workspaceFolder() },
  );
  // A Ctrl-C reaches Jest by itself; waiting for it keeps the last line last.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [exitCode] = await once(child, "exit");
  return exitCode;
}

// Jest wants a package.json above its working directory, even where the configuration is named.
function workspaceFolder() {
  const root = fileURLToPath(new URL("..", import.meta.url));
  return process.cwd().startsWith(root) ? process.cwd() : root;
}

function count(reportFile, exitCode) {
  const report = readReport(reportFile);
  if (report === null) {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  // Whatever else Jest complains about, such as a missed coverage threshold, is a failure too.
  const isOtherFailure = failed === 0 && passed > 0 && exitCode !== 0;
  return { passed, failed: isOtherFailure ? 1 : failed, skipped: report.numPendingTests + report.numTodoTests };
}

function readReport(reportFile) {
  try {
    return JSON.parse(readFileSync(reportFile, "utf8"));
  } catch {
    return null;
  }
}
