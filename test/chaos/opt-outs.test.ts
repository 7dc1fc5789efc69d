import { expect, test } from "@jest/globals";
import { hear } from "@volley/opt-outs";
import type { Saying } from "./chaos-plan.ts";
import { type Answering, answeringOf, compareList, judgeOptOuts, mayBeLeftOut, type Said } from "./opt-outs.ts";
import { planChaos } from "./plan-chaos.ts";
import type { ProviderBatch } from "./provider.ts";

const ANN = "46990000000";

/** Each was acknowledged a second after it was said. */
function answering(said: readonly (readonly [Saying, number, Partial<Said>?])[], askedAt = 0): Answering {
  const each = said.map(([says, at, changes]) => ({
    says,
    at,
    acknowledgedAt: at + 1_000,
    isForgotten: false,
    ...changes,
  }));
  return { number: ANN, askedAt, said: each };
}

function texted(at: number): ProviderBatch[] {
  return [{ id: "a", plan: "us-plan", to: [ANN], request: {}, accepted_at: at, withdrawn: false }];
}

function isLeftOut(...of: Parameters<typeof answering>): boolean {
  return mayBeLeftOut([answering(...of)]).has(ANN);
}

function wrong(said: Parameters<typeof answering>[0], ...kinds: string[]): boolean {
  const entries = kinds.map((kind) => ({ kind }));
  return compareList(answering(said), entries) !== null;
}

test("people of every kind of send answer in every way, before and after they are sent to, as it is heard", () => {
  const { answers, asks } = planChaos({
    seed: 7,
    seconds: 30,
    recipients: 12_000,
    faults: 0,
    redisKills: false,
    regions: ["us", "eu"],
    workers: 3,
  });
  expect(new Set(answers.map(({ says }) => says))).toEqual(new Set(["stop", "maybe", "start", "no"]));
  expect(answers.filter(({ text, says }) => hear(text) !== says)).toEqual([]);
  expect(answers.some(({ atMs, askedAtMs }) => atMs < askedAtMs)).toBe(true);
  expect(answers.some(({ atMs, askedAtMs }) => atMs > askedAtMs)).toBe(true);
  const asksWithAnswers = asks.filter(({ first, recipients }) =>
    answers.some(({ person }) => person >= first && person < first + recipients),
  );
  expect(asksWithAnswers).toEqual(asks);
});

test.each<[string, Parameters<typeof answering>[0], number, object]>([
  ["before it is acknowledged", [["stop", 0]], 999, {}],
  ["in a request that had begun", [["stop", 0]], 3_000, { begun: 1 }],
  ["afterwards", [["stop", 0]], 3_001, { texted: 1 }],
  ["after a maybe", [["maybe", 0]], 9_000, { texted: 1 }],
  ["after a no", [["no", 0]], 9_000, {}],
  [
    "after a START, acknowledged or not",
    [
      ["stop", 0],
      ["start", 8_500],
    ],
    9_000,
    {},
  ],
  [
    "after a START and another STOP",
    [
      ["stop", 0],
      ["start", 1],
      ["stop", 2],
    ],
    9_000,
    { texted: 1 },
  ],
  [
    "before a START",
    [
      ["stop", 0],
      ["start", 9_500],
    ],
    9_000,
    { texted: 1 },
  ],
  ["after Redis has forgotten it", [["stop", 0, { isForgotten: true }]], 9_000, { forgotten: 1 }],
  [
    "after one that is forgotten and one that is not",
    [
      ["stop", 0],
      ["stop", 1, { isForgotten: true }],
    ],
    9_000,
    { texted: 1 },
  ],
])("judges a text that comes %s", (_, said, at, wanted) => {
  const { violations, acknowledged, ...late } = judgeOptOuts([answering(said)], texted(at));
  expect(late).toEqual({ texted: 0, begun: 0, forgotten: 0, ...wanted });
  expect(violations).toHaveLength(late.texted);
  expect(acknowledged).toBe(said.filter(([says]) => says === "stop" || says === "maybe").length);
});

test("lets only those be left out who may have opted out when their send was handed over", () => {
  expect(isLeftOut([["stop", 5_000]])).toBe(true);
  expect(isLeftOut([["no", 0]], 9_000)).toBe(false);
  expect(
    isLeftOut(
      [
        ["stop", 0],
        ["start", 1],
      ],
      9_000,
    ),
  ).toBe(false);
  expect(
    isLeftOut(
      [
        ["stop", 0],
        ["start", 1],
      ],
      1_000,
    ),
  ).toBe(true);
  expect(
    isLeftOut(
      [
        ["stop", 0],
        ["start", 1, { isForgotten: true }],
      ],
      9_000,
    ),
  ).toBe(true);
  expect(
    isLeftOut(
      [
        ["stop", 0],
        ["start", 1],
        ["maybe", 9_500],
      ],
      9_000,
    ),
  ).toBe(true);
});

test("knows what stands on the list after everything that somebody has said", () => {
  expect([wrong([["stop", 0]]), wrong([["stop", 0]], "stop")]).toEqual([true, false]);
  expect([wrong([["maybe", 0]], "stop"), wrong([["maybe", 0]], "maybe")]).toEqual([true, false]);
  expect([
    wrong(
      [
        ["maybe", 0],
        ["start", 1],
      ],
      "maybe",
    ),
    wrong([
      ["maybe", 0],
      ["start", 1],
    ]),
  ]).toEqual([true, false]);
});

test("takes what was acknowledged shortly before Redis lost something for forgotten", () => {
  const planned = { atMs: 0, region: "us", person: 0, askedAtMs: 50, says: "stop", text: "STOP" } as const;
  const inbound = { plan: "us-plan", id: "1", type: "mo_text", from: ANN, to: "1", body: "STOP" } as const;
  const at = new Date(10_000).toISOString();
  const forgotten = (killedAt: number, isForgetful: boolean): boolean | undefined =>
    answeringOf([planned], [{ ...inbound, received_at: at, acknowledged_at: 11_000 }], {
      startedAt: 100,
      crashes: [{ killedAt, isForgetful }],
    })[0]?.said[0]?.isForgotten;
  expect([forgotten(12_900, true), forgotten(12_900, false), forgotten(13_100, true), forgotten(10_000, true)]).toEqual(
    [true, false, false, false],
  );
});
