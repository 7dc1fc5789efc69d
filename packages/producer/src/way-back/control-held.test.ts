import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { FIRST_EVENTS, readEvents } from "@volley/receipts";
import { Redis } from "ioredis";
import { openReceiptsRig } from "../../../../test/receipts-rig.ts";
import { validEvents } from "../../../../test/valid-events.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const ANN = "46701234567";
const SENDER = "12015550123";
const FOR_SENDER = { number: ANN, scope: { sender: SENDER } };
const NOON = Date.parse("2026-11-30T12:00:00.000Z");

const rig = openReceiptsRig();
let producer: Producer;

beforeEach(() => {
  rig.beginAnew();
  producer = createProducer({ redis: rig.redis, prefix: rig.prefix() });
});

afterEach(async () => producer.close());

afterAll(rig.close);

/** What somebody says so many milliseconds after noon. */
function message(id: string, body: string, { from = ANN, afterMs = 0, to = SENDER } = {}): object {
  return { type: "mo_text", id, from, to, body, received_at: new Date(NOON + afterMs).toISOString() };
}

const DOUBT = message("mo-1", "wrong number");

async function kinds(): Promise<string[]> {
  return (await producer.suppressions.check(ANN)).map(({ kind }) => kind);
}

/** The events about opt-outs. */
async function told() {
  const { events } = await readEvents(rig.redis, rig.prefix(), { cursor: FIRST_EVENTS, limit: 100 });
  return validEvents(events).filter(({ type }) => type.includes("opted"));
}

describe("whoever is held", () => {
  it("is named with what they have said, page by page, each once, also while others are decided about", async () => {
    const numbers = Array.from({ length: 25 }, (_, index) => String(46_701_000_000 + index));
    for (const [index, from] of numbers.entries()) await rig.write(message(`mo-${index}`, "wrong number", { from }));
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page = await producer.suppressions.held({ limit: 10, cursor });
      expect(page.held.length).toBeLessThanOrEqual(10);
      seen.push(...page.held.map(({ number }) => number));
      for (const each of page.held.slice(0, 5)) await producer.suppressions.decide(each, "no", { who: "eva" });
      ({ cursor } = page);
    }
    expect(seen.toSorted()).toEqual(numbers);
    const { held, cursor } = await producer.suppressions.held();
    expect(held).toHaveLength(numbers.length - 15);
    expect(cursor).toBeNull();
    expect(held[0]).toEqual({
      number: held[0]?.number,
      scope: { sender: SENDER },
      region: "eu",
      at: "2026-11-30T12:00:00.000Z",
      message_id: expect.stringMatching(/^mo-\d+$/),
      text: "wrong number",
      send_id: null,
    });
  });

  it("is on the list after a stop as if they had said it: with the event, from when they were heard, until START", async () => {
    await rig.write(DOUBT);
    const [entry] = (await producer.suppressions.held()).held;
    if (entry === undefined) throw new Error("nobody is held");
    expect(await producer.suppressions.decide(entry, "stop", { who: "eva" })).toEqual({ decided: true });
    expect(await producer.suppressions.check(ANN)).toEqual([
      { ...FOR_SENDER, kind: "stop", at: "2026-11-30T12:00:00.000Z", who: "eva", why: "mo-1" },
    ]);
    expect((await told()).at(-1)).toMatchObject({
      type: "recipient.opted_out",
      region: "eu",
      data: { recipient: ANN, sender: SENDER, message_id: "mo-1", send_id: null, decided_by: "eva" },
    });
    expect(await producer.suppressions.held()).toEqual({ held: [], cursor: null });
    await rig.write(DOUBT);
    expect(await kinds()).toEqual(["stop"]);
    expect(await told()).toHaveLength(2);
    await rig.write(message("mo-2", "START", { afterMs: 1_000 }));
    expect(await kinds()).toEqual([]);
  });

  it("is let go by a no, and not held again by the same message, but by another one", async () => {
    await rig.write(DOUBT);
    expect(await producer.suppressions.decide(FOR_SENDER, "no", { who: "eva" })).toEqual({ decided: true });
    expect(await rig.write(DOUBT)).toEqual(["repeated"]);
    expect(await kinds()).toEqual([]);
    expect((await told()).map(({ type }) => type)).toEqual(["recipient.maybe_opted_out"]);
    await rig.write(message("mo-2", "wrong number", { afterMs: 1_000 }));
    expect(await kinds()).toEqual(["maybe"]);
  });

  it("is decided about once, of two people who do so at once", async () => {
    await rig.write(DOUBT);
    const answers = (["stop", "no", "stop", "no"] as const).map(async (answer) =>
      producer.suppressions.decide(FOR_SENDER, answer, { who: "eva" }),
    );
    expect((await Promise.all(answers)).filter(({ decided }) => decided)).toHaveLength(1);
  });

  it.each([
    ["a STOP", async () => rig.write(message("mo-2", "STOP", { afterMs: 1_000 })), ["stop"]],
    ["a START", async () => rig.write(message("mo-2", "START", { afterMs: 1_000 })), []],
    [
      "an operator who adds them",
      async () => producer.suppressions.add(ANN, { scope: { sender: SENDER } }),
      ["operator"],
    ],
    ["an operator who removes them", async () => producer.suppressions.remove(ANN), []],
  ])("is not decided about any more after %s", async (_who, act, left) => {
    await rig.write(DOUBT);
    await act();
    expect(await producer.suppressions.held()).toEqual({ held: [], cursor: null });
    for (const answer of ["stop", "no"] as const)
      expect(await producer.suppressions.decide(FOR_SENDER, answer, { who: "eva" })).toEqual({ decided: false });
    expect(await kinds()).toEqual(left);
  });

  it("is not decided about by a message that was read before another one has come to hold them", async () => {
    await rig.write(DOUBT);
    const [entry] = (await producer.suppressions.held()).held;
    await rig.write(message("mo-2", "START", { afterMs: 1_000 }));
    await rig.write(message("mo-3", "not interested", { afterMs: 2_000 }));
    if (entry === undefined) throw new Error("nobody is held");
    expect(await producer.suppressions.decide(entry, "no", { who: "eva" })).toEqual({ decided: false });
    expect(await kinds()).toEqual(["maybe"]);
  });

  it("for a region, and by an operator, is decided about as well", async () => {
    await rig.write(message("mo-1", "wrong number", { to: "" }));
    await producer.suppressions.add(ANN, { kind: "maybe" });
    const decide = async (scope: "all" | { region: string }) =>
      producer.suppressions.decide({ number: `+${ANN}`, scope }, "stop", { who: "eva", why: "asked by mail" });
    expect(await decide("all")).toEqual({ decided: true });
    expect(await decide({ region: "eu" })).toEqual({ decided: true });
    expect(await kinds()).toEqual(["stop", "stop"]);
    expect(await told()).toHaveLength(2);
  });
});

it.each([
  ["stop", ["stop"]],
  ["no", []],
] as const)("who was forgotten is decided about as well: %s", async (answer, left) => {
  await rig.write(DOUBT);
  const [entry] = (await producer.suppressions.held()).held;
  if (entry === undefined) throw new Error("nobody is held");
  await producer.forget(ANN);
  expect(await kinds()).toEqual(["maybe"]);
  expect(await producer.suppressions.decide(entry, answer, { who: "eva" })).toEqual({ decided: false });
  expect(await producer.suppressions.decide(FOR_SENDER, answer, { who: "eva" })).toEqual({ decided: true });
  expect(await kinds()).toEqual(left);
  expect(await producer.suppressions.decide(FOR_SENDER, answer, { who: "eva" })).toEqual({ decided: false });
});

describe("a wrong call", () => {
  it.each<[string, unknown[]]>([
    ["number: expected an international phone number", [{ ...FOR_SENDER, number: "0701234567" }, "no", { who: "eva" }]],
    ["scope: expected", [{ number: ANN, scope: { region: "A B" } }, "no", { who: "eva" }]],
    ["entry: expected an entry of held", [null, "no", { who: "eva" }]],
    ["decision: expected stop or no", [FOR_SENDER, "maybe", { who: "eva" }]],
    ["who: expected at most 60 characters, got 61", [FOR_SENDER, "no", { who: "x".repeat(61) }]],
    ["who: expected a text of at least 1 character", [FOR_SENDER, "no", {}]],
    ["expected an object of options", [FOR_SENDER, "no"]],
  ])("is refused: %s", async (expected, given) => {
    const thrown: unknown = await Reflect.apply(producer.suppressions.decide, undefined, given).catch(
      (error: unknown) => error,
    );
    expect(String(thrown)).toContain(expected);
    expect(String(thrown)).not.toContain("70123456");
  });

  it("for a page is refused as those for other pages are", async () => {
    await expect(producer.suppressions.held({ cursor: "46701234567" })).rejects.toMatchObject({
      code: "VOLLEY_INVALID_CURSOR",
    });
    await expect(producer.suppressions.held({ limit: 0 })).rejects.toThrow("limit: expected a whole number");
  });
});

it("another secret's list is decided about by nobody", async () => {
  await rig.write(DOUBT);
  const other = createProducer({ redis: rig.redis, prefix: rig.prefix(), suppressionSecret: "sixteen characters" });
  await expect(other.suppressions.decide(FOR_SENDER, "no", { who: "eva" })).rejects.toMatchObject({
    code: "VOLLEY_SUPPRESSION_SECRET",
  });
  await other.close();
  expect(await kinds()).toEqual(["maybe"]);
});

it("takes a thousand numbers off the list in one step, and says how many were on it", async () => {
  const numbers = Array.from({ length: 1_000 }, (_, index) => String(46_702_000_000 + index));
  await producer.suppressions.add(numbers.slice(0, 600));
  await producer.suppressions.add(numbers.slice(0, 300), { scope: { region: "us" } });
  const asked = jest.spyOn(Redis.prototype, "sendCommand");
  try {
    expect(await producer.suppressions.remove(numbers)).toEqual({ removed: 600, absent: 400 });
    expect(await producer.suppressions.remove(numbers, { scope: "all" })).toEqual({ removed: 0, absent: 1_000 });
    const steps = asked.mock.calls.filter(([{ name }]) => name === "evalsha");
    expect([steps.length > 0, steps.length < 10]).toEqual([true, true]);
  } finally {
    asked.mockRestore();
  }
});
