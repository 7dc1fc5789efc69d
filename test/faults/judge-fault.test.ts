import { expect, it } from "@jest/globals";
import { FAULTS } from "./faults.ts";
import { problemsOf } from "./judge-fault.ts";
import type { FaultReport } from "./run-fault.ts";

const oom = FAULTS.filter(({ name }) => name === "redis-oom");

const GOOD: FaultReport = {
  name: "redis-oom",
  title: "Redis full",
  asked: 10,
  once: 10,
  twice: 0,
  forgotten: 0,
  suppressed: 0,
  lost: 0,
  unknown: 0,
  adopted: 0,
  violations: [],
  firstTextAfterMs: 100,
  lines: { all: 20, warnings: 3 },
  livez: [200],
  readyz: [200, 503],
  last: { livez: 200, readyz: 503 },
  move: { from: 0, to: 2 },
  counted: 10,
  questions: 5_000,
  atProvider: 10,
  durationMs: 1_000,
  logs: [],
};

it("finds nothing wrong with a fault that costs nobody anything and that everybody can see", () => {
  expect(oom.map((fault) => problemsOf(fault, GOOD))).toEqual([[]]);
});

it.each<[string, Partial<FaultReport>, RegExp]>([
  ["a lost text", { violations: [{ kind: "lost", key: "a", text: "1 recipients" }] }, /^lost: 1 recipients/],
  ["a log that nobody reads", { lines: { all: 21, warnings: 0 } }, /^21 lines a minute/],
  ["a counter that counts too few", { counted: 9 }, /^the workers count 9 accepted, the provider 10/],
  ["texts that do not go on", { firstTextAfterMs: null }, /^no text after the mending/],
  ["a metric that does not tell", { move: { from: 2, to: 2 } }, /does not tell: it stayed 2/],
  ["a restart that helps nobody", { last: { livez: 503, readyz: 503 } }, /^\/livez answers 503, expected 200/],
  ["a probe that says all is well", { last: { livez: 200, readyz: 200 } }, /^\/readyz answers 200, expected 503/],
])("finds %s", (_, wrong, problem) => {
  const problems = oom.flatMap((fault) => problemsOf(fault, { ...GOOD, ...wrong }));
  expect(problems).toEqual([expect.stringMatching(problem)]);
});

it.each<[string, Partial<FaultReport>, RegExp]>([
  ["texts that go on too late", { firstTextAfterMs: 5_001 }, /^the first text after 5001 ms, at most 5000/],
  ["more questions than what was on its way", { questions: 50 }, /^50 questions, at most 49/],
])("finds %s where the row allows less", (_, wrong, problem) => {
  const bounded = oom.map((fault) => ({ ...fault, atMost: { firstTextAfterMs: 5_000, questions: 49 } }));
  const good = { ...GOOD, questions: 49, firstTextAfterMs: 5_000 };
  expect(bounded.flatMap((fault) => problemsOf(fault, good))).toEqual([]);
  const problems = bounded.flatMap((fault) => problemsOf(fault, { ...good, ...wrong }));
  expect(problems).toEqual([expect.stringMatching(problem)]);
});
