import { afterAll, afterEach, beforeEach, expect, test } from "@jest/globals";
import { createRedisScript, valuesOfNumbers } from "@volley/contract";
import { createNumbering, openProofs } from "@volley/opt-outs";
import { NOTE_ENDED, NOTE_REACHED, reachedBatch } from "@volley/receipts";
import { openReceiptsRig, recipientReport, SEND } from "../../../../test/receipts-rig.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const ANN = "46701234567";
const SENDER = "12015550123";
const SECRET = "a secret of 16 characters";
const LATER_MS = 3_600_000;

const rig = openReceiptsRig();
let producer: Producer;

beforeEach(() => {
  rig.beginAnew();
  producer = createProducer({ redis: rig.redis, prefix: rig.prefix() });
});

afterEach(async () => producer.close());
afterAll(rig.close);

const handed = createRedisScript(NOTE_REACHED);
const ended = createRedisScript(NOTE_ENDED);

/** Hands a batch to Ann, and perhaps others, over; without an ID its request has not been answered yet. @returns says what it is called */
async function handOver(
  lot: number,
  {
    batchId,
    recipients = [ANN, "46701234568"],
    sendAt = null,
  }: { batchId?: string; recipients?: string[]; sendAt?: Date | null } = {},
): Promise<(id: string) => Promise<void>> {
  const batch = {
    from: SENDER,
    recipients,
    values: () => valuesOfNumbers(recipients),
    reference: `~${SEND}.p${lot}`,
    sendAt,
  };
  const reached = reachedBatch({ prefix: rig.prefix(), region: "eu" }, batch, 600);
  if (reached === null) throw new Error("nobody can answer it");
  const end = async (id: string): Promise<void> => {
    const { keys, values } = reached.ended(id);
    await ended.run(rig.redis, keys, values);
  };
  await handed.run(rig.redis, reached.handedOver.keys, reached.handedOver.values);
  if (batchId !== undefined) await end(batchId);
  return end;
}

let inbounds = 0;

async function say(body: string): Promise<void> {
  inbounds += 1;
  await rig.write({
    type: "mo_text",
    id: `said-${inbounds}`,
    from: ANN,
    to: SENDER,
    body,
    received_at: new Date().toISOString(),
  });
}

/** What became of the batch with an ID, so many milliseconds from now. */
async function report(batchId: string, status: string, afterMs: number): Promise<void> {
  const at = new Date(Date.now() + afterMs).toISOString();
  await rig.write(recipientReport(ANN, status, status === "Delivered" ? 0 : 402, { batch_id: batchId, at }));
}

async function unknown(): Promise<string> {
  return (await producer.suppressions.proof(ANN)).not_known.join();
}

test("of somebody of whom nothing is known there is nothing, and a number that is none is refused without it", async () => {
  expect(await producer.suppressions.proof(ANN)).toEqual({
    on_list: [],
    heard: [],
    withheld: { total: 0, first_at: null, last: [] },
    too_late: [],
    not_known: [],
  });
  const refused = producer.suppressions.proof("tel 555-secret");
  await expect(refused).rejects.toMatchObject({ code: "VOLLEY_INVALID_SUPPRESSION" });
  await expect(refused).rejects.not.toThrow("secret");
});

test("it says what came, what was withheld since, and whatever an operator has done", async () => {
  await say("Stop. Thank you");
  const proofs = openProofs({ redis: rig.redis, prefix: rig.prefix(), numbering: createNumbering() });
  await proofs.noteWithheld({ region: "eu", sendId: SEND, part: 3, recipients: [ANN] });
  await producer.suppressions.add(ANN, { why: "asked by mail", who: "eva" });
  const before = await producer.suppressions.proof(ANN);
  expect(before).toMatchObject({
    heard: [{ what: "stop", became: "added", scope: { sender: SENDER }, region: "eu", text: "Stop. Thank you" }],
    withheld: { total: 1, last: [{ region: "eu", send_id: SEND, part: 3 }] },
    too_late: [],
  });
  expect(before.on_list).toHaveLength(2);
  expect(before.not_known.join()).toContain("added or imported");
  await producer.suppressions.remove(ANN, { scope: "all", who: "kim", why: "asked “again”" });
  await say("START");
  const { heard, on_list: list } = await producer.suppressions.proof(ANN);
  expect(heard.slice(1)).toMatchObject([
    {
      what: "removed",
      scope: "all",
      who: "kim",
      why: "asked “again”",
      was: { kind: "operator", who: "eva", why: "asked by mail" },
    },
    { what: "start", became: "removed" },
  ]);
  expect(list).toEqual([]);
  await producer.suppressions.add(ANN);
  await producer.suppressions.remove(ANN);
  expect((await producer.suppressions.proof(ANN)).heard.at(-1)).toMatchObject({ who: "operator", why: "" });
  const refused = producer.suppressions.remove(ANN, { why: "x".repeat(201) });
  await expect(refused).rejects.toThrow("why: expected at most 200 characters, got 201");
});

test("it names what was on its way when they opted out, with what became of it, and nothing that was in time", async () => {
  await handOver(1, { batchId: "in-time" });
  await handOver(2, { batchId: "late-on-the-way" });
  await handOver(3, { batchId: "refused-later" });
  const answer = await handOver(4);
  const never = await handOver(5);
  await handOver(6, { recipients: [ANN] });
  await handOver(7, { batchId: "waits", sendAt: new Date(Date.now() + LATER_MS) });
  await report("in-time", "Delivered", -2_000);
  await say("STOP");
  await answer("under-way");
  await never("under-way-and-failed");
  await report("under-way", "Delivered", 5_000);
  await report("under-way-and-failed", "Failed", 5_000);
  await report("late-on-the-way", "Delivered", 5_000);
  await report("refused-later", "Failed", 5_000);
  const { too_late: late } = await producer.suppressions.proof(ANN);
  const seen = late.map(({ send_id: id, batch_id: batch, became }) => [id, batch, became].join(" ")).toSorted();
  expect(seen).toEqual([
    `${SEND}  not_known`,
    `${SEND} late-on-the-way delivered`,
    `${SEND} under-way delivered`,
    `${SEND} under-way-and-failed not_delivered`,
    `${SEND} waits not_known`,
  ]);
  expect(late.find(({ batch_id: id }) => id === "waits")).toMatchObject({
    send_at: expect.any(String),
    handed_over_at: null,
  });
});

test("what is in flight is named however many batches of the sender wait for their time", async () => {
  const sendAt = new Date(Date.now() + LATER_MS);
  const recipients = ["46701234568", "46701234569"];
  await Promise.all(Array.from({ length: 500 }, async (_, lot) => handOver(lot, { recipients, sendAt })));
  await handOver(600);
  await say("STOP");
  const { too_late: late } = await producer.suppressions.proof(ANN);
  expect(late).toMatchObject([{ send_id: SEND, became: "not_known", handed_over_at: expect.any(String) }]);
  expect(await unknown()).toBe("");
});

test("where more was on its way than is looked through, when they were heard or now, it says so", async () => {
  const key = `${rig.prefix()}:reached:eu:${SENDER}`;
  const crowd = async (ageMs: number): Promise<void> => {
    const others = Array.from({ length: 5_001 }, (_, lot) => [Date.now() - ageMs, `~${SEND}.p${lot}`]);
    await rig.redis.zadd(key, ...others.flat());
  };
  await crowd(LATER_MS);
  await say("STOP");
  expect(await unknown()).toContain("looked through");
  await rig.redis.unlink(key);
  expect(await unknown()).not.toContain("looked through");
  await crowd(1_000);
  await say("STOP");
  await rig.redis.unlink(key);
  expect(await unknown()).toContain("looked through");
});

test("with a secret it shows what they have written as long as the inbox has it", async () => {
  rig.hearBy({ numbering: createNumbering(SECRET), startWords: [], replicas: null });
  await say("STOP now");
  const other = createProducer({ redis: rig.redis, prefix: rig.prefix(), suppressionSecret: SECRET });
  const proof = async () => other.suppressions.proof(ANN);
  expect((await proof()).heard).toMatchObject([{ what: "stop", text: "STOP now" }]);
  await rig.redis.unlink(`${rig.prefix()}:inbox`);
  const { heard, not_known: sentences } = await proof();
  expect(heard).toMatchObject([{ what: "stop", text: null }]);
  expect(sentences.join()).toContain("VOLLEY_SUPPRESSION_SECRET");
  await other.close();
});
