import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createNumbering, forgetEntries, listKeys, openSuppressionList, type SuppressionList } from "@volley/opt-outs";
import { openReceiptsRig, recipientReport } from "../../../../test/receipts-rig.ts";
import { validEvents } from "../../../../test/valid-events.ts";
import { readCallback } from "../callback/read-callback.ts";
import { createWriter } from "./writer.ts";
import { readEvents } from "../read/read-events.ts";
import { FIRST_EVENTS } from "../terms/stream-place.ts";

const ANN = "46701234567";
const SENDER = "12015550123";
const NOON = Date.parse("2025-11-30T12:00:00.000Z");

const rig = openReceiptsRig();
let list: SuppressionList;

beforeEach(() => {
  rig.beginAnew();
  list = openSuppressionList({ redis: rig.redis, prefix: rig.prefix(), numbering: createNumbering() });
});

afterAll(rig.close);

/** Ten years, in milliseconds. */
const AHEAD = 10 * 365 * 24 * 60 * 60 * 1_000;

let inbounds = 0;

/** What Ann says so many milliseconds after noon. */
function message(body: unknown, afterMs = 0, more: object = {}): object {
  inbounds += 1;
  const received_at = new Date(NOON + afterMs).toISOString();
  return { type: "mo_text", id: `mo-${inbounds}`, from: ANN, to: SENDER, body, received_at, ...more };
}

/** Ann's entries: for whom, and of which kind. */
async function entries(): Promise<string[]> {
  const found = await list.find(ANN);
  return found.map(({ kind, scope }) => `${JSON.stringify(scope)} ${kind}`);
}

/** The events about opt-outs. */
async function told(): Promise<string[]> {
  const { events } = await readEvents(rig.redis, rig.prefix(), { cursor: FIRST_EVENTS, limit: 100 });
  validEvents(events);
  return events.map(({ type }) => type).filter((type) => type.includes("opted"));
}

const FOR_SENDER = `{"sender":"${SENDER}"}`;

test("what was heard is known for longer than the provider lists it, however shortly messages are kept", async () => {
  const [prefix, ageMs] = [rig.prefix(), 86_400_000];
  const kept = { keepS: 600, nonceS: 600, events: { bytes: 1e6, ageMs }, inbounds: { bytes: 1e6, ageMs } };
  const writer = createWriter({ redis: rig.redis, prefix, ...kept });
  await writer.write({ region: "eu", callback: readCallback(message("STOP")) });
  const heard = await rig.redis.keys(`${prefix.replaceAll(/[[\]]/g, "\\$&")}:suppressions:heard:*`);
  expect(heard).toHaveLength(1);
  for (const key of [`${prefix}:inbounds:eu:mo-${inbounds}`, ...heard]) {
    expect(await rig.redis.ttl(key)).toBeGreaterThan(14 * 86_400);
  }
});

test("whoever says STOP is on the list for the sender, with the event, once", async () => {
  const stop = message("Stop. Thank you");
  expect(await rig.write(stop)).toEqual(["changed"]);
  expect(await rig.write(stop)).toEqual(["repeated"]);
  await rig.write(message("STOP", 1_000));
  expect(await list.find(ANN)).toEqual([
    {
      kind: "stop",
      number: ANN,
      scope: { sender: SENDER },
      at: new Date(NOON),
      who: "inbound",
      why: expect.anything(),
    },
  ]);
  const { events } = await readEvents(rig.redis, rig.prefix(), { cursor: FIRST_EVENTS, limit: 100 });
  validEvents(events);
  const event = events.find(({ type }) => type === "recipient.opted_out");
  expect(await told()).toEqual(["recipient.opted_out"]);
  expect(event).toMatchObject({ region: "eu", at: "2025-11-30T12:00:00.000Z" });
  expect(event?.data).toMatchObject({
    recipient: ANN,
    sender: SENDER,
    message_id: `mo-${inbounds - 1}`,
    send_id: null,
  });
});

test("START takes away what was said before it, and nothing that an operator has put there", async () => {
  const entry = { number: ANN, at: new Date(NOON), who: "eva", why: "asked by mail" };
  await list.add([
    { ...entry, scope: "all", kind: "operator" },
    { ...entry, scope: { region: "eu" }, kind: "operator" },
    { ...entry, scope: { region: "us" }, kind: "network" },
  ]);
  await rig.write(message("STOP"));
  await rig.write(message("START", 1_000));
  const left = ['"all" operator', '{"region":"eu"} operator', '{"region":"us"} network'];
  expect((await entries()).toSorted()).toEqual(left);
  expect(await told()).toEqual(["recipient.opted_out", "recipient.opted_in"]);
  await rig.write(message("START", 2_000));
  expect(await told()).toHaveLength(2);
  // Nor does a STOP take the place of an operator's.
  await list.add([{ ...entry, scope: { sender: SENDER }, kind: "operator" }]);
  await rig.write(message("STOP", 3_000));
  await rig.write(message("START", 4_000));
  expect((await entries()).toSorted()).toEqual([...left, `${FOR_SENDER} operator`].toSorted());
});

/** What a network says of Ann so many milliseconds after noon, of a message from the sender or from nobody knows whom. */
function refused(afterMs: number, more: object = {}): object {
  return recipientReport(ANN, "Failed", 257, { at: new Date(NOON + afterMs).toISOString(), ...more });
}

test.each([
  ["region", '{"region":"eu"}'],
  ["all", '"all"'],
] as const)("a STOP counts for what an operator has said it counts for: %s", async (scope, place) => {
  rig.hearBy({ numbering: createNumbering(), startWords: [], replicas: null, scope });
  await rig.write(message("STOP"));
  await rig.write(message("I may not want these", 500));
  expect(await entries()).toEqual([`${place} stop`]);
  await rig.write(message("STOP", 1_000, { to: "12015550199" }));
  expect(await told()).toEqual(["recipient.opted_out"]);
  await rig.write(message("START", 2_000));
  expect(await entries()).toEqual([]);
  expect(await told()).toEqual(["recipient.opted_out", "recipient.opted_in"]);
});

test.each<[string, Buffer, string, number]>([
  ["8 bits to a letter", Buffer.from("STOP"), "", 1],
  ["16 bits to a letter", Buffer.from("Стоп", "utf16le").swap16(), "", 1],
  ["behind a header, which may be of anything", Buffer.from("STOP"), "050003cc0201", 0],
  ["no letters", Buffer.from([0x06, 0x05, 0x04, 0x53, 0x54, 0x4f, 0x50]), "", 0],
])("a STOP in a binary message is heard where it is spelled: %s", async (_, bytes, udh, count) => {
  await rig.write(message(bytes.toString("base64"), 0, { type: "mo_binary", udh }));
  expect(await entries()).toHaveLength(count);
});

test("a START takes away what was put there while an opt-out counted for the region", async () => {
  rig.hearBy({ numbering: createNumbering(), startWords: [], replicas: null, scope: "region" });
  await rig.write(message("STOP"));
  rig.hearBy({ numbering: createNumbering(), startWords: [], replicas: null });
  await rig.write(message("START", 1_000));
  expect(await entries()).toEqual([]);
});

describe("what was said last counts, whatever comes first", () => {
  test.each([
    ["a STOP before a START", ["START", 500], ["STOP", 100], []],
    ["a START before a STOP", ["STOP", 500], ["START", 100], [`${FOR_SENDER} stop`]],
    ["both at once", ["STOP", 100], ["START", 100], [`${FOR_SENDER} stop`]],
    ["both at once, the other way round", ["START", 100], ["STOP", 100], [`${FOR_SENDER} stop`]],
    ["a doubtful one before a START", ["START", 500], ["wrong number", 100], []],
    ["a STOP before a doubtful one", ["wrong number", 500], ["STOP", 100], [`${FOR_SENDER} stop`]],
    ["a doubtful one before a STOP", ["STOP", 500], ["wrong number", 100], [`${FOR_SENDER} stop`]],
  ] as const)("%s", async (_which, first, second, left) => {
    for (const [body, afterMs] of [first, second]) await rig.write(message(body, afterMs));
    expect(await entries()).toEqual(left);
  });

  test.each([
    ["for the sender", { applied_originator: SENDER }, FOR_SENDER],
    ["for the region", {}, '{"region":"eu"}'],
  ])("a network's word %s", async (_which, more, where) => {
    await rig.write(message("START", 500));
    await rig.write(refused(100, { batch_id: "B1", ...more }));
    expect(await entries()).toEqual([]);
    await rig.write(refused(600, { batch_id: "B2", ...more }));
    await rig.write(message("START", 550));
    expect(await entries()).toEqual([`${where} network`]);
    await rig.write(message("START", 1_000));
    expect(await entries()).toEqual([]);
  });

  test("a STOP that comes late is lifted by a START that comes later still", async () => {
    await rig.write(message("wrong number", 500));
    await rig.write(message("STOP", 100));
    await rig.write(message("START", 900));
    expect(await entries()).toEqual([]);
  });
});

test.each([
  ["a START", () => message("START", AHEAD), () => message("STOP"), "stop"],
  ["a network", () => refused(AHEAD, { applied_originator: SENDER }), () => message("START"), null],
])("%s with a time that is still to come mutes nothing that is said afterwards", async (_who, first, second, left) => {
  await rig.write(first());
  await new Promise((resolve) => setTimeout(resolve, 2));
  const said = { ...second(), received_at: new Date().toISOString() };
  expect(await rig.write(said)).toEqual(["changed"]);
  expect(await entries()).toEqual(left === null ? [] : [`${FOR_SENDER} ${left}`]);
});

test("a doubtful answer holds the number, with what was said; STOP makes it certain, START lets it go", async () => {
  await rig.write(message("wrong number"));
  expect(await entries()).toEqual([`${FOR_SENDER} maybe`]);
  const [note = "{}"] = await rig.redis.hvals(listKeys(rig.prefix()).held);
  expect(JSON.parse(note)).toMatchObject({ recipient: ANN, sender: SENDER, region: "eu", text: "wrong number" });
  await rig.write(message("STOP", 1_000));
  expect(await entries()).toEqual([`${FOR_SENDER} stop`]);
  expect(await rig.redis.exists(listKeys(rig.prefix()).held)).toBe(0);
  await rig.write(message("START", 2_000));
  await rig.write(message("not interested", 3_000));
  await rig.write(message("START", 4_000));
  expect(await entries()).toEqual([]);
  expect(await rig.redis.exists(listKeys(rig.prefix()).held)).toBe(0);
});

test("code 257 of a report means that a network has heard STOP: for the sender where it is named, for the region otherwise", async () => {
  await rig.write(recipientReport(ANN, "Failed", 257));
  await rig.write(recipientReport(ANN, "Failed", 257));
  expect(await entries()).toEqual(['{"region":"eu"} network']);
  await rig.write(recipientReport(ANN, "Failed", 257, { batch_id: "B2", applied_originator: SENDER }));
  expect((await entries()).toSorted()).toEqual(['{"region":"eu"} network', `${FOR_SENDER} network`]);
  expect(await told()).toHaveLength(2);
  await rig.write(message("START"));
  expect(await entries()).toEqual([]);
});

test("a report that names very many who have opted out is written in pieces, and all are on the list", async () => {
  const recipients = Array.from({ length: 1_300 }, (_, index) => String(46_700_000_000 + index));
  const statuses = [{ code: 257, status: "Failed", count: recipients.length, recipients }];
  await rig.write({ type: "delivery_report_sms", batch_id: "B3", statuses });
  const found = await Promise.all(recipients.map(async (number) => list.find(number)));
  expect(found.filter((each) => each.length !== 1)).toEqual([]);
});

test("other codes, other answers and whatever is no number change nothing of the list", async () => {
  await rig.write(recipientReport(ANN, "Failed", 256));
  await rig.write(recipientReport("01HEAWCHESCXG8SDG5R10VF8E1", "Failed", 257));
  for (const body of ["Yes", "HELP", "see you at the bus stop", "", undefined, 7]) await rig.write(message(body));
  await rig.write(message("STOP", 0, { from: "Acme" }));
  expect(await told()).toEqual([]);
});

test("the words beside a picture are heard, too, and a sender that is not named is the region's", async () => {
  await rig.write(message({ message: "STOP", media: [] }, 0, { type: "mo_media", to: undefined }));
  expect(await entries()).toEqual(['{"region":"eu"} stop']);
});

test.each([[undefined], [""], ["ünïcode"], ["x".repeat(129)], [7]])(
  "a STOP with the ID %j is heard, once",
  async (id) => {
    const stop = message("STOP", 0, { id });
    expect(await rig.write(stop)).toEqual(["changed"]);
    expect(await rig.write(stop)).toEqual(["repeated"]);
    expect(await rig.write({ ...stop, received_at: new Date(NOON + 1).toISOString() })).toEqual(["changed"]);
    expect(await entries()).toEqual([`${FOR_SENDER} stop`]);
    expect(await rig.write({ type: "mo_text", id, body: "STOP" })).toEqual([]);
  },
);

test("with a list of another secret nothing is written, neither the message nor anything else", async () => {
  const other = openSuppressionList({
    redis: rig.redis,
    prefix: rig.prefix(),
    numbering: createNumbering("another secret, a long one"),
  });
  await other.add([{ number: "46709999999", scope: "all", kind: "operator", at: new Date(NOON), who: "eva", why: "" }]);
  const stop = message("STOP");
  await expect(rig.write(stop)).rejects.toThrow("VOLLEY_SUPPRESSION_SECRET");
  expect(await rig.redis.xlen(`${rig.prefix()}:events`)).toBe(0);
  expect(await rig.write(message("see you"))).toEqual(["changed"]);
});

test("a START of somebody who was forgotten takes them off the list, unless it was said before", async () => {
  await rig.write(message("STOP"));
  const place = { redis: rig.redis, prefix: rig.prefix(), numbering: createNumbering() };
  await forgetEntries(place, { number: ANN, scopes: [], isDry: false });
  await rig.write(message("START", -1_000));
  expect(await entries()).toEqual([`${FOR_SENDER} stop`]);
  await rig.write(message("START", 1_000));
  expect(await entries()).toEqual([]);
});
