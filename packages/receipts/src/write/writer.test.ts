import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openReceiptsRig, recipientReport as report, SEND } from "../../../../test/receipts-rig.ts";
import { validEvents } from "../../../../test/valid-events.ts";
import fc from "fast-check";
import { readEvents, readOutbox } from "../read/read-events.ts";
import { FIRST_EVENTS } from "../terms/stream-place.ts";
import { readDeliveries } from "../read/read-deliveries.ts";
import { rankOf } from "../terms/delivery-state.ts";
import type { Ending } from "./writer.ts";

const rig = openReceiptsRig();
const { beginAnew, redis, tally, write } = rig;

beforeEach(beginAnew);

afterAll(rig.close);

async function events(): Promise<Awaited<ReturnType<typeof readEvents>>["events"]> {
  return validEvents((await readEvents(redis, rig.prefix(), { cursor: FIRST_EVENTS, limit: 10_000 })).events);
}

const PERSON = "46701234567";

describe("a state", () => {
  test("goes on from nothing to the end, is counted once, and each step is one event", async () => {
    for (const [status, code] of [
      ["Queued", 400],
      ["Dispatched", 401],
      ["Delivered", 0],
    ] as const) {
      expect(await write(report(PERSON, status, code))).toEqual(["changed"]);
      expect(await tally()).toEqual({ [`${status}:${code}`]: 1 });
    }
    expect((await events()).map(({ data }) => data["status"])).toEqual(["Queued", "Dispatched", "Delivered"]);
  });

  test.each([
    [
      "the same end again",
      [
        ["Delivered", 0],
        ["Delivered", 0],
      ],
      ["changed", "repeated"],
      { "Delivered:0": 1 },
    ],
    [
      "a step that comes after the end",
      [
        ["Failed", 150],
        ["Dispatched", 401],
      ],
      ["changed", "late"],
      { "Failed:150": 1 },
    ],
    [
      "another end",
      [
        ["Delivered", 0],
        ["Failed", 150],
      ],
      ["changed", "different"],
      { "Delivered:0": 1 },
    ],
    [
      "the same end with another code",
      [
        ["Failed", 1],
        ["Failed", 2],
      ],
      ["changed", "different"],
      { "Failed:1": 1 },
    ],
    [
      "an end after an unheard-of step",
      [
        ["Teleported", 777],
        ["Delivered", 0],
      ],
      ["changed", "changed"],
      { "Delivered:0": 1 },
    ],
    [
      "a step after an unheard-of one",
      [
        ["Teleported", 777],
        ["Queued", 400],
      ],
      ["changed", "late"],
      { "Teleported:777": 1 },
    ],
  ] as const)("is not changed by what comes too late: %s", async (_, reports, endings, counted) => {
    const became: Ending[] = [];
    for (const [status, code] of reports) became.push(...(await write(report(PERSON, status, code))));
    expect(became).toEqual(endings);
    expect(await tally()).toEqual(counted);
    expect(await events()).toHaveLength(endings.filter((ending) => ending === "changed").length);
  });

  test("is the same whatever comes how often in whatever order, in one call or in many", async () => {
    const states = [
      ["Queued", 400],
      ["Dispatched", 401],
      ["Delivered", 0],
    ] as const;
    const people = Array.from({ length: 40 }, (_, index) => `4670000${1_000 + index}`);
    const each = people.flatMap((person) => states.map(([status, code]) => report(person, status, code)));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...each, ...each], { minLength: 100 }), async (reports) => {
        beginAnew();
        await Promise.all(reports.map(async (one) => write(one)));
        const furthest = new Map<unknown, string>();
        for (const { recipient, status, code } of reports) {
          const known = furthest.get(recipient);
          if (known === undefined || rankOf(String(status)) > rankOf(known.split(":")[0] ?? ""))
            furthest.set(recipient, `${String(status)}:${String(code)}`);
        }
        const expected: Record<string, number> = {};
        for (const name of furthest.values()) expected[name] = (expected[name] ?? 0) + 1;
        expect(await tally()).toEqual(expected);
        const ids = (await events()).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 15 },
    );
  });

  test("is forgotten after its time, with what was counted", async () => {
    await write(report(PERSON, "Delivered", 0));
    const keys = (await redis.keys(`${rig.prefix().replaceAll(/[[\]]/g, "\\$&")}:*`)).filter(
      (key) => !key.includes(":events"),
    );
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(590);
  });
});

test("events have the same ID on every repetition, also after the state was forgotten", async () => {
  await write(report(PERSON, "Delivered", 0));
  const [first] = await events();
  for (const key of await redis.keys(`${rig.prefix().replaceAll(/[[\]]/g, "\\$&")}:*`)) await redis.del(key);
  await write(report(PERSON, "Delivered", 0));
  expect(await events()).toEqual([first]);
  expect(first).toMatchObject({
    type: "recipient.status",
    at: "2023-11-03T15:22:00.000Z",
    region: "eu",
    data: {
      send_id: SEND,
      client_reference: "spring",
      recipient: PERSON,
      status: "Delivered",
      code: 0,
      is_final: true,
    },
  });
});

test("an inbound is one event, however often it comes", async () => {
  const inbound = { type: "mo_text", id: "01J", from: PERSON, to: "12345", body: "Hej!" };
  expect(await write(inbound)).toEqual(["changed"]);
  expect(await write(inbound)).toEqual(["repeated"]);
  expect(await events()).toMatchObject([{ type: "message.received", data: inbound }]);
});

test("a report of somebody else's batch is kept, and counted nowhere", async () => {
  expect(await write(report(PERSON, "Delivered", 0, { client_reference: "theirs" }))).toEqual(["changed"]);
  expect(await events()).toMatchObject([{ data: { send_id: null, recipient: PERSON } }]);
  expect(await tally()).toEqual({});
});

describe("a nonce", () => {
  test("that was seen changes nothing, whatever comes with it", async () => {
    expect(await write(report(PERSON, "Delivered", 0), "n1")).toEqual(["changed"]);
    expect(await write(report("46709999999", "Delivered", 0), "n1")).toEqual(["replayed"]);
    expect(await write(report("46709999999", "Delivered", 0), "n2")).toEqual(["changed"]);
  });

  test("of a callback that was not written is not seen", async () => {
    const key = `${rig.prefix()}:receipts:eu:01HEAWCHESCXG8SDG5R10VF8E1`;
    for (let bucket = 0; bucket < 12; bucket += 1) await redis.set(`${key}:${bucket}`, "in the way");
    await expect(write(report(PERSON, "Delivered", 0), "n1")).rejects.toThrow("WRONGTYPE");
    for (let bucket = 0; bucket < 12; bucket += 1) await redis.del(`${key}:${bucket}`);
    expect(await write(report(PERSON, "Delivered", 0), "n1")).toEqual(["changed"]);
  });
});

test("the oldest events go where there are too many, and it is counted how many", async () => {
  rig.keepEvents({ bytes: 3_000, ageMs: 3_600_000 });
  const people = Array.from({ length: 50 }, (_, index) => `4670000${1_000 + index}`);
  for (const person of people) await write(report(person, "Delivered", 0));
  const kept = await events();
  expect(kept.at(-1)).toMatchObject({ data: { recipient: people.at(-1) } });
  const outbox = await readOutbox(redis, rig.prefix());
  expect(outbox).toMatchObject({ events: kept.length, dropped: 50 - kept.length });
  expect(outbox.bytes).toBeLessThanOrEqual(3_000);
  expect(kept.length).toBeGreaterThan(5);
});

test("where no events are kept none is written, those from before go, and all is counted as ever", async () => {
  await write(report(PERSON, "Dispatched", 401));
  rig.keepEvents({ bytes: 0, ageMs: 3_600_000 });
  expect(await write(report(PERSON, "Delivered", 0))).toEqual(["changed"]);
  expect(await write(report(PERSON, "Delivered", 0))).toEqual(["repeated"]);
  expect(await write({ type: "mo_text", id: "01J", from: PERSON, to: "12345", body: "STOP" })).toEqual(["changed"]);
  expect(await tally()).toEqual({ "Delivered:0": 1 });
  expect(await readOutbox(redis, rig.prefix())).toEqual({ events: 0, bytes: 0, dropped: 1 });
});

test("everybody who was heard of is had by page, once", async () => {
  const people = Array.from({ length: 300 }, (_, index) => `46700${10_000 + index}`);
  const batches = ["01HEAWCHESCXG8SDG5R10VF8E1", "old id:/1"];
  await Promise.all(
    people.map(async (person, index) => write(report(person, "Delivered", 0, { batch_id: batches[index % 2] }))),
  );
  const found: string[] = [];
  let from = null;
  for (let page = 0; page < 100; page += 1) {
    const read = await readDeliveries(redis, {
      place: { prefix: rig.prefix(), region: "eu" },
      names: [SEND],
      from,
      limit: 40,
    });
    expect(read.deliveries.length).toBeLessThanOrEqual(40);
    found.push(...read.deliveries.map(({ recipient }) => recipient));
    from = read.next;
    if (from === null) break;
  }
  expect(found.toSorted()).toEqual(people.toSorted());
});
