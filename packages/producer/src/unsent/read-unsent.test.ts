import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  type Ledger,
  ledgerFields,
  listDigest,
  noRecipients,
  packPiece,
  PART_FAILED,
  partId,
  queueName,
  readPiece,
  readSend,
  sendId,
  type SendResult,
  stageKey,
  type Unsent,
} from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const RESULT: SendResult = {
  state: "rejected",
  region: "eu",
  recipients: { ...noRecipients(2_500), rejected: 2_000, unknown: 500 },
  batches: [],
  rejected: [],
  errors: [
    { part: 0, code: "syntax_invalid_json", text: "no", recipients: 1_000 },
    { part: 1, code: "syntax_invalid_json", text: "no", recipients: 1_000 },
    { part: 2, code: "timeout", text: "no answer", recipients: 500 },
  ],
};

let prefix: string;
let redis: Redis;
let queue: Queue;
let producer: Producer;
let id: string;

beforeEach(async () => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  producer = createProducer({ redis: testRedisUrl(), prefix });
  id = sendId("eu");
  await addSettled(id);
});

afterEach(async () => {
  await producer.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

/** Puts a job there as a worker leaves it. */
async function addSettled(jobId: string, unsent?: Unsent): Promise<void> {
  const message = { from: "12015550123", body: "Hi" };
  await queue.add("send", { message, settled: RESULT, ...(unsent && { unsent }) }, { jobId });
  await redis.hset(queue.toKey(jobId), "returnvalue", JSON.stringify(RESULT));
}

it("refuses to send once more to a part of those whom it has not reached, and says how many are gone", async () => {
  await addSettled(partId(id, 0), { certain: ["46701234567"], unknown: [] });
  await expect(producer.retry(id)).rejects.toMatchObject({
    code: "VOLLEY_UNKNOWN_SEND",
    message: `${id}: 1,500 of the recipients whom it has not reached are no longer kept`,
  });
  await expect(producer.resolve(id, "not_sent")).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_SEND" });
});

it("says of recipients without a number that they would be rejected again, and not that nobody was left out", async () => {
  const aside = { recipient: "12", reason: "invalid_msisdn", by: "volley" } as const;
  const recipients = { ...noRecipients(3), accepted: 1, rejected: 2 };
  const settled = { ...RESULT, state: "accepted" as const, recipients, errors: [], rejected: [aside, aside] };
  await queue.add("send", { message: { from: "12015550123", body: "Hi" }, settled }, { jobId: "eu-aside" });
  await redis.hset(queue.toKey("eu-aside"), "returnvalue", JSON.stringify(settled));
  await expect(producer.retry("eu-aside", { region: "eu" })).rejects.toMatchObject({
    code: "VOLLEY_NOBODY_LEFT",
    message:
      "eu-aside: there is nobody left to send to: 2 recipients would be rejected by Volley again (invalid_msisdn), " +
      "so correct them and send to them in a new send",
  });
});

it("sends once more to all of them while every part is kept", async () => {
  await addSettled(partId(id, 0), { certain: ["46701234567"], unknown: [] });
  await addSettled(partId(id, 1), { certain: ["46701234568"], unknown: [] });
  await addSettled(partId(id, 2), { certain: [], unknown: ["46701234569"] });
  expect(await producer.retry(id)).toMatchObject({ recipients: { valid: 2 } });
});

it("says that it was sent to again before where the changes are others now", async () => {
  await addSettled(partId(id, 0), { certain: ["46701234567"], unknown: [] });
  await addSettled(partId(id, 1), { certain: ["46701234568"], unknown: [] });
  await addSettled(partId(id, 2), { certain: [], unknown: ["46701234569"] });
  await producer.retry(id, { changes: { body: "again" } });
  await expect(producer.retry(id, { changes: { body: "and again" } })).rejects.toMatchObject({
    code: "VOLLEY_IDEMPOTENCY_CONFLICT",
    message: `${id}: it was sent to once more before, with other changes`,
  });
});

it("finds the parts that have not reached somebody among the children of a send that was split", async () => {
  const redisKey = `${queue.toKey(id)}:processed`;
  const message = { from: "12015550123", body: "Hi" };
  const staged = { id: "s1", recipients: 2, piece: 3 };
  await redis.hset(queue.toKey(id), "data", JSON.stringify({ message, settled: { ...RESULT, errors: [] }, parts: 4 }));
  for (const [part, errors] of [[], RESULT.errors.slice(0, 1), [], RESULT.errors.slice(2)].entries()) {
    const own = errors.map((error) => ({ ...error, part }));
    await redis.hset(redisKey, queue.toKey(partId(id, part)), JSON.stringify({ ...RESULT, errors: own }));
  }
  await addSettled(partId(id, 1), {
    certain: ["46701234567"],
    unknown: [],
    parameters: { name: { "46701234567": "Ann" } },
  });
  await queue.add("send", { ...message, staged }, { jobId: partId(id, 3) });
  await expect(producer.retry(id)).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_SEND" });

  // A part whose job failed has its recipients in the stage alone.
  await redis.hset(stageKey(prefix, "s1"), "3", "46701234568,46701234569");
  const { id: again } = await producer.retry(id);
  expect((await queue.getJob(again))?.data).toEqual({
    ...message,
    to: ["46701234567"],
    parameters: { name: { "46701234567": "Ann" } },
  });
});

describe("a part whose job failed after some of its lots", () => {
  const PEOPLE = ["46701234567", "46701234568", "46701234569", "46701234570"];
  const MESSAGE = { from: "12015550123", body: "Hi" };

  /** The first was accepted, the second was rejected, the last has opted out, and nobody knows about the third. */
  const LEDGER: Ledger = {
    pending: [[2, 4]],
    taken: 1,
    batches: [{ id: "a", recipients: 1, accepted_at: "2026-12-01T12:00:00Z", adopted: false }],
    rejected: [{ recipient: PEOPLE[1] ?? "", place: 1, code: "unknown_group", text: "who is that" }],
    failures: [],
    suppressed: [[{ recipient: PEOPLE[3] ?? "", place: 3 }]],
    refusals: 1,
    alone: 0,
  };

  /** @param to - who stands in the part's job by now */
  async function addFailed(to: readonly string[]): Promise<void> {
    const read = readSend({ ...MESSAGE, to: PEOPLE }, new Date());
    if (!read.ok) throw new Error("the send is wrong");
    const subject = { content: listDigest(read.send), people: PEOPLE.length, duplicate: 0, rejected: 0 };
    await queue.add("send", { ...MESSAGE, to }, { jobId: partId(id, 0) });
    await redis.hset(queue.toKey(partId(id, 0)), ...ledgerFields(subject, LEDGER, null).flat());
    const errors = [
      { part: 0, code: PART_FAILED, text: "stalled", recipients: 1, state: "unknown" as const },
      { part: 0, code: "unknown_group", text: "who is that", recipients: 1, state: "rejected" as const },
    ];
    const recipients = { ...noRecipients(4), accepted: 1, rejected: 1, suppressed: 1, unknown: 1 };
    const settled = { ...RESULT, state: "partial" as const, recipients, errors };
    await redis.hset(queue.toKey(id), "data", JSON.stringify({ message: MESSAGE, settled }));
    await redis.hset(queue.toKey(id), "returnvalue", JSON.stringify(settled));
  }

  it("leaves those whom it has not reached to be sent to once more, and nobody else", async () => {
    await addFailed(PEOPLE);
    const { id: again } = await producer.retry(id);
    expect((await queue.getJob(again))?.data).toEqual({ ...MESSAGE, to: PEOPLE.slice(1, 2) });
  });

  it.each([
    { title: "others", to: PEOPLE.map((number) => String(Number(number) + 1_000_000)) },
    { title: "the same in another order", to: PEOPLE.toReversed() },
  ])("takes nobody for one of them where somebody has written $title over it since", async ({ to }) => {
    await addFailed(to);
    await expect(producer.retry(id)).rejects.toMatchObject({
      code: "VOLLEY_UNKNOWN_SEND",
      message: `${id}: 1 of the recipients whom it has not reached are no longer kept`,
    });
    await expect(producer.resolve(id, "not_sent")).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_SEND" });
  });
});

it("streams more of them than fit into a job, each with what is theirs", async () => {
  const numbers = Array.from({ length: 12_000 }, (_, index) => String(46_700_000_000 + index));
  const staged = { id: "s2", recipients: numbers.length };
  const message = { from: "12015550123", body: "Hi", parameters: { name: { default: "you" } }, staged };
  await redis.hset(queue.toKey(id), "data", JSON.stringify({ message, settled: RESULT }));
  for (let piece = 0; piece < 12; piece += 1) {
    const recipients = numbers.slice(piece * 1_000, (piece + 1) * 1_000);
    const parameters = new Map([["name", new Map([[recipients[0] ?? "", `N${piece}`]])]]);
    await redis.hset(stageKey(prefix, "s2"), String(piece), packPiece({ recipients, parameters }));
  }
  const again = await producer.retry(id);
  expect(again.recipients).toMatchObject({ valid: 12_000 });
  const { staged: anew, ...rest } = (await queue.getJob(again.id))?.data ?? {};
  expect(rest).toEqual({ from: "12015550123", body: "Hi", parameters: { name: { default: "you" } } });
  const last = readPiece((await redis.hget(stageKey(prefix, anew.id), "11")) ?? "");
  expect(last?.recipients).toEqual(numbers.slice(11_000));
  expect(last?.parameters.get("name")).toEqual(new Map([[numbers[11_000], "N11"]]));
});
