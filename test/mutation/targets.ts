import { readdirSync } from "node:fs";
import { basename } from "node:path";

/** A file on which the guarantee hangs, and the tests that have to notice when it changes. */
export type Target = {
  /** What the command line calls it. */
  readonly name: string;
  readonly source: string;
  /** Beside the one of its own name, in the same folder; with a path from the top where it is elsewhere. */
  readonly tests: readonly string[];
};

/** Every file that the command knows. */
export const TARGETS: readonly Target[] = [
  ...targets("packages/sinch/src/failures", { classify: [], "error-body": [], conceal: [], "retry-after": [] }),
  ...targets("packages/sinch/src/batches", { "find-batch": ["worker-calls"], "worker-calls": [] }),
  ...targets("packages/sinch/src/api", { "walk-list": ["walk-shrinking-list"] }),
  ...targets("packages/sinch/src/authentication", {
    "shared-token": ["project-sender", "request-token"],
    "project-sender": ["request-token"],
    "request-token": ["project-sender"],
  }),
  ...targets("packages/sinch/src/transport", {
    timeliness: ["transport", "transport-keep-alive"],
    "read-answer": ["transport"],
    "json-sieve": [],
  }),
  ...targets("packages/worker/src", {
    "ask-first": ["ask-first-looks", "dispatch-lot", "found-canceled"],
    "dispatch-lot": ["ask-first-looks", "put-back-failed"],
    "compare-batch": ["choose-batch"],
    note: [],
    "past-of-job": [],
    "redis-memory": ["redis-memory-questions"],
    "retry-policy": [],
    "region-guard": ["put-back-failed"],
    "count-troubles": ["region-guard"],
    ledger: ["found-batch", "ledger-model", "result-of-ledger"],
    window: [],
    "cancel-batches": ["take-back", "cancel-send"],
    "take-back": ["take-back-pages", "take-back-parts"],
    "settle-planned": ["merge-results"],
    "settle-unsent": ["process-job-staged"],
    "with-recipients": ["process-job-staged"],
    "put-back": ["put-back-failed", "dispatch-lot"],
  }),
  ...targets("packages/producer/src", {
    claim: ["add-with-claims"],
    "add-with-claims": ["claim"],
    "add-send": ["enqueue-staged", "enqueue-staged-again", "enqueue-staged-broken"],
    "redis-link": ["still-wanted", "given-up", "close"],
    "redis-error": [],
  }),
];

/** @param folder - where the files are, each in whatever room */
function targets(folder: string, files: Readonly<Record<string, readonly string[]>>): Target[] {
  const paths = readdirSync(new URL(`../../${folder}`, import.meta.url), { recursive: true, encoding: "utf8" });
  const pathsOf = (file: string): string[] =>
    paths.filter((path) => basename(path) === file).map((path) => `${folder}/${path}`);
  const testOf = (name: string): string => {
    const [path] = pathsOf(`${name}.test.ts`);
    if (path === undefined) throw new Error(`there is no ${name}.test.ts in ${folder}`);
    return path;
  };
  return Object.entries(files).map(([name, others]) => ({
    name,
    source: pathsOf(`${name}.ts`)[0] ?? name,
    // Not every file has a test of its own name.
    tests: [...pathsOf(`${name}.test.ts`), ...others.map(testOf)],
  }));
}
