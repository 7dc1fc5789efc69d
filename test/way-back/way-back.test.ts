import { describe, expect, test } from "@jest/globals";
import { type Evidence, judgeWayBack } from "./judge-way-back.ts";
import { runWayBack } from "./run-way-back.ts";
import { readWayBackArguments } from "./way-back-arguments.ts";

/** `pnpm way-back` does the same with 200,000 people. */
test("counts what the provider knows, each event once, whoever is killed while it calls back in disorder", async () => {
  const kinds = ["per_recipient_final", "per_recipient", "full"] as const;
  const { problems, callbacks, ...counts } = await runWayBack({
    recipients: 2_000,
    seed: 1,
    fsync: "always",
    kinds,
    say: () => {},
  });
  expect(problems).toEqual([]);
  expect(callbacks).toMatchObject({ dropped: 0, given_up: 0, pending: 0 });
  expect(callbacks.early).toBeGreaterThan(0);
  expect(callbacks.attempts).toBeGreaterThan(callbacks.delivered);
  expect(counts).toMatchObject({ webhooksKills: 3, redisKills: 1 });
}, 180_000);

const ID = "eu-0123456789abcdefghjk";

/** Two people, of whom one got it. */
function evidence(): Evidence {
  const ends = [
    { recipient: "1", batch_id: "b", status: "Delivered", code: 0, is_final: true },
    { recipient: "2", batch_id: "b", status: "Failed", code: 150, is_final: true },
  ];
  const events = ends.map((data) => ({
    id: `evt_${data.recipient}`,
    type: "recipient.status",
    at: "",
    region: "eu",
    data,
  }));
  const all = new Map(events.map(({ id }) => [id, 1]));
  return {
    truth: new Map(ends.map(({ batch_id, recipient, status, code }) => [`${batch_id} ${recipient}`, { status, code }])),
    sends: [
      {
        id: ID,
        accepted: 2,
        delivery: { delivered: 1, failed: 1, open: 0, by_code: { "0": 1, "150": 1 } },
        ends,
        batches: ["b"],
      },
    ],
    events,
    seen: { cursor: all, queue: all },
    inbounds: [],
  };
}

/** The same with something else in its one send. */
function withSend(changes: Partial<Evidence["sends"][number]>): Evidence {
  const { sends, ...others } = evidence();
  return { ...others, sends: sends.map((send) => ({ ...send, ...changes })) };
}

describe("the judge", () => {
  test("finds nothing where there is nothing", () => {
    expect(judgeWayBack(evidence())).toEqual([]);
  });

  test.each<[string, Evidence, string[]]>([
    [
      "a count too many",
      withSend({ delivery: { delivered: 2, failed: 1, open: 0, by_code: { "0": 1, "150": 1 } } }),
      [`${ID}: delivered 2, not 1`],
    ],
    [
      "a code too few",
      withSend({ delivery: { delivered: 1, failed: 1, open: 0, by_code: { "0": 1 } } }),
      [`${ID}: code 150 0, not 1`],
    ],
    [
      "somebody open",
      withSend({ delivery: { delivered: 1, failed: 1, open: 1, by_code: { "0": 1, "150": 1 } } }),
      [`${ID}: 1 open`],
    ],
    ["somebody who was not accepted", withSend({ accepted: 1 }), [`${ID}: accepted 1, at the provider 2`]],
    [
      "somebody untold",
      withSend({ ends: evidence().sends[0]?.ends.slice(1) ?? [] }),
      ["1 messages are told of, not 2"],
    ],
    [
      "an event twice",
      { ...evidence(), events: [...evidence().events, ...evidence().events.slice(1)] },
      ["1 events are there twice", "3 events of ends, not 2"],
    ],
    [
      "an event that is missing",
      { ...evidence(), events: evidence().events.slice(1) },
      [
        "1 events of ends, not 2",
        "the consumer of the cursor has seen 1 events that are not there",
        "the consumer of the queue has seen 1 events that are not there",
      ],
    ],
    [
      "an event that nobody read",
      { ...evidence(), seen: { ...evidence().seen, queue: new Map([["evt_1", 2]]) } },
      ["the consumer of the queue has not seen evt_2"],
    ],
    ["an answer that is missing", { ...evidence(), inbounds: ["01J"] }, ["0 answers, not 1, or others"]],
  ])("finds %s", (_, given, problems) => {
    expect(judgeWayBack(given)).toEqual(problems);
  });
});

test("the command line says what is wrong with it", () => {
  expect(readWayBackArguments([])).toEqual({ recipients: 200_000, seed: 1, fsync: "always" });
  expect(readWayBackArguments(["--", "--recipients", "5000", "--fsync", "everysec"])).toMatchObject({
    recipients: 5_000,
    fsync: "everysec",
  });
  expect(readWayBackArguments(["--help"])).toBeNull();
  expect(() => readWayBackArguments(["--recipients", "1"])).toThrow("--recipients: expected");
  expect(() => readWayBackArguments(["--fsync", "never"])).toThrow("--fsync: expected");
});
