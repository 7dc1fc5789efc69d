import { describe, expect, test } from "@jest/globals";
import { noRecipients, type SendResult } from "@volley/contract";
import { people } from "../stage/people.ts";
import { judge } from "./judge.ts";
import type { ProviderBatch } from "./provider.ts";
import type { EndedSend, SendEnd } from "./wait-for-ends.ts";

const RECIPIENTS = 3;

function batch(id: string, changes: Partial<ProviderBatch> = {}): ProviderBatch {
  return { id, plan: "us-plan", to: people(RECIPIENTS), request: {}, accepted_at: 0, withdrawn: false, ...changes };
}

function settled(batchIds: readonly string[], changes: Partial<SendResult["recipients"]> = {}): SendEnd {
  const result: SendResult = {
    state: "accepted",
    region: "us",
    recipients: { ...noRecipients(RECIPIENTS), accepted: RECIPIENTS, ...changes },
    batches: batchIds.map((id) => ({ id, part: 0, recipients: RECIPIENTS, accepted_at: "", adopted: false })),
    rejected: [],
    errors: [],
  };
  return { kind: "settled", result };
}

function send(end: SendEnd): EndedSend {
  const asked = {
    key: "ask-0",
    region: "us",
    id: "ask-0",
    times: 1,
    confirmedAt: 0,
    numbers: people(RECIPIENTS),
    duplicates: 0,
    invalid: 0,
    hasNames: false,
  };
  return { asked, end };
}

test("finds nothing wrong when everybody was texted once and the result says so", () => {
  expect(judge([send(settled(["a"]))], [batch("a")])).toEqual({
    asked: 3,
    once: 3,
    twice: 0,
    forgotten: 0,
    suppressed: 0,
    lost: 0,
    unknown: 0,
    adopted: 0,
    violations: [],
  });
});

describe("finds", () => {
  const cases: readonly (readonly [string, EndedSend, readonly ProviderBatch[], readonly string[]])[] = [
    ["recipients that were texted twice", send(settled(["a"])), [batch("a"), batch("b")], ["twice", "batches_differ"]],
    [
      "recipients that were not texted although the result says so",
      send(settled(["a"])),
      [batch("a", { to: people(2) })],
      ["lost", "miscounted", "batches_differ"],
    ],
    ["a batch that the provider does not have", send(settled(["a", "b"])), [batch("a")], ["batches_differ"]],
    ["a batch that is in no result", send(settled([])), [batch("a")], ["batches_differ"]],
    [
      "somebody left out without a reason",
      send(settled([], { accepted: 0, suppressed: 3 })),
      [],
      ["lost", "miscounted"],
    ],
    ...(["expired", "canceled"] as const).map((how) => {
      const counts = { accepted: 0, [how]: RECIPIENTS };
      return [`recipients that are called ${how}`, send(settled([], counts)), [], ["lost"]] as const;
    }),
    ["a failed job", send({ kind: "failed", reason: "why" }), [batch("a")], ["failed", "batches_differ"]],
    ["a job that never ends", send({ kind: "open", state: "active" }), [], ["lost", "not_ended"]],
    ["a job that is gone", send({ kind: "gone" }), [], ["lost", "not_ended"]],
    ["counts that do not come to what was asked", send(settled(["a"], { requested: 4 })), [batch("a")], ["miscounted"]],
    [
      "a name in a text that has none",
      send(settled(["a"])),
      [batch("a", { request: { parameters: { name: { [people(1)[0] ?? ""]: "Ann" } } } })],
      ["wrong_text"],
    ],
    ["a send by another region's plan", send(settled(["a"])), [batch("a", { plan: "eu-plan" })], ["wrong_region"]],
  ];
  test.each(cases)("%s", (_, ended, batches, kinds) => {
    expect(judge([ended], batches).violations.map(({ kind }) => kind)).toEqual(kinds);
  });
});

test("calls nobody lost who is unknown to the result, but does not let it pass", () => {
  const { lost, unknown, violations } = judge([send(settled([], { accepted: 0, unknown: RECIPIENTS }))], []);
  expect({ lost, unknown, kinds: violations.map(({ kind }) => kind) }).toEqual({
    lost: 0,
    unknown: 3,
    kinds: ["unknown"],
  });
});

test("does not count a batch that was canceled in time as texted", () => {
  expect(judge([send(settled(["a"]))], [batch("a"), batch("b", { withdrawn: true })]).twice).toBe(0);
});

test("counts those apart whose text was forgotten, and still finds the others", () => {
  const [first = "", ...others] = people(RECIPIENTS);
  const batches = [batch("a"), batch("b", { to: [first] })];
  const { twice, forgotten, violations } = judge([send(settled(["a"]))], batches, {
    mayBeTwice: new Set([first]),
    mayBeLeftOut: new Set(),
  });
  expect({ twice, forgotten, violations }).toEqual({ twice: 0, forgotten: 1, violations: [] });
  const exceptions = { mayBeTwice: new Set(others), mayBeLeftOut: new Set<string>() };
  expect(judge([send(settled(["a"]))], batches, exceptions).twice).toBe(1);
});
