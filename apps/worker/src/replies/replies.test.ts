import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { sendId } from "@volley/contract";
import { createNumbering, createReplyPermits, openSuppressionList } from "@volley/opt-outs";
import { createProducer, type Producer } from "@volley/producer";
import { createWriter, FIRST_EVENTS, readCallback, readEvents, type Writer } from "@volley/receipts";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { createReplyLimit, type ReplyLimit } from "./reply-limit.ts";
import { createReplySink } from "./reply-sink.ts";
import { replyTo } from "./reply-to.ts";

const ANN = "46701234567";
const SENDER = "12015550123";
const TEXTS = { stop: "You get nothing more.", help: "Volley. Reply STOP to stop.", start: "Welcome back." };

let rig: RegionRig;
let writer: Writer;
let producer: Producer;
let said: number;

beforeEach(async () => {
  rig = await startRegionRig();
  const { redis, prefix } = rig;
  writer = createWriter({ redis, prefix, keepS: 600, nonceS: 600, events: { bytes: 1e7, ageMs: 1e6 } });
  producer = createProducer({ redis, prefix });
  said = 0;
});

afterEach(async () => {
  await producer.close();
  await rig.close();
});

/** Ann says something to a number of ours, so many milliseconds ago. */
async function say(
  body: string,
  { from = ANN, to = SENDER, agoMs = 0, id = `mo-${(said += 1)}`, region = "eu" } = {},
): Promise<void> {
  const received_at = new Date(Date.now() - agoMs).toISOString();
  const message = { type: "mo_text", id, from, to, body, received_at };
  await writer.write({ region, callback: readCallback(message) });
}

type Replying = {
  readonly enqueue?: Pick<Producer, "enqueue">;
  readonly region?: string;
  readonly limit?: ReplyLimit;
  readonly now?: Date;
};

/** Replies to all that was said, as a process does that has taken none of it. */
async function replyToAll({
  enqueue = producer,
  region = "eu",
  limit = createReplyLimit({ perMinute: 600, counted: () => {} }),
  now = new Date(),
}: Replying = {}): Promise<void> {
  const { redis, prefix } = rig;
  const permits = createReplyPermits({ redis, prefix, numbering: createNumbering() });
  const log = { info: () => {}, warn: () => {} };
  const own = { region, texts: TEXTS, startWords: [], producer: enqueue, permits, limit, log, now: () => now };
  const { events } = await readEvents(redis, prefix, { cursor: FIRST_EVENTS, limit: 1_000 });
  await createReplySink(own).take(events);
}

/** What Ann has got, once nothing waits any more. */
async function got(): Promise<string[]> {
  await eventually(async () => {
    const { waiting, prioritized, active, delayed } = await rig.queue.getJobCounts();
    return (waiting ?? 0) + (prioritized ?? 0) + (active ?? 0) + (delayed ?? 0) === 0;
  }, "an empty queue");
  return rig.emulator.batches().map(({ request }) => String(Reflect.get(request, "body")));
}

describe("what somebody writes", () => {
  it("is replied to once, from the number that they have texted, and STOP though they are on the list", async () => {
    await rig.startWorker();
    for (const body of ["STOP", "stop", "Help", "HELP", "START"]) {
      await say(body);
      await replyToAll();
      await replyToAll();
    }
    expect((await got()).toSorted()).toEqual([TEXTS.help, TEXTS.start, TEXTS.stop]);
    for (const { request, to } of rig.emulator.batches()) {
      expect([request, to]).toEqual([expect.objectContaining({ from: SENDER }), [ANN]]);
    }
  });

  it("passes the list with nothing but the reply: no other send, not even under its ID", async () => {
    await say("STOP");
    const refused = { enqueue: async () => Promise.reject(new Error("redis is away")) };
    await expect(replyToAll({ enqueue: refused })).rejects.toThrow("redis is away");
    const { events } = await readEvents(rig.redis, rig.prefix, { cursor: FIRST_EVENTS, limit: 10 });
    const stop = events.find(({ type }) => type === "recipient.opted_out");
    const [permits = ""] = await rig.redis.keys(`${rig.prefix}:suppressions:replied:*`);
    const [, jobId = "", digest = ""] = (await rig.redis.hvals(permits)).join().split(" ");
    const soon = new Date(Date.now() + 60_000).toISOString();
    expect(jobId).toBe(sendId("eu", `reply ${stop?.id}`));
    await rig.add({ ...textTo(ANN), priority: "urgent", content_digest: digest, expire_at: soon }, { jobId });
    await rig.startWorker();
    expect(await rig.resultOf(jobId)).toMatchObject({ state: "rejected", recipients: { suppressed: 1 } });
    // Its place is taken: whoever did that gets no reply, and the others theirs.
    await replyToAll();
    expect(await got()).toEqual([]);
  });

  it("is replied to no later than five minutes after, and by the worker neither", async () => {
    await say("STOP", { agoMs: 301_000 });
    await say("HELP", { agoMs: 299_000 });
    await replyToAll();
    const [job, ...others] = await rig.queue.getJobs();
    expect(others).toEqual([]);
    expect(Date.parse(job?.data.expire_at) - Date.now()).toBeLessThan(1_001);
    await new Promise((resolve) => setTimeout(resolve, 1_001));
    await rig.startWorker();
    expect(await rig.resultOf(job?.id)).toMatchObject({ recipients: { expired: 1 } });
  });

  it("is not replied to for ever, where a machine answers", async () => {
    await rig.startWorker();
    for (let turn = 0; turn < 8; turn += 1) {
      await say(turn % 2 === 0 ? "STOP" : "START");
      await replyToAll();
    }
    expect(await got()).toHaveLength(5);
  });

  it("is replied to so often within a minute, whoever writes it, and a reply is counted once", async () => {
    const [outcomes, now]: [string[], Date] = [[], new Date()];
    const limit = createReplyLimit({ perMinute: 3, counted: (outcome) => void outcomes.push(outcome) });
    const people = ["46701234561", "46701234562", "46701234563", "46701234564", "46701234565"];
    await say("STOP", { from: people[0] });
    await replyToAll({ limit, now });
    for (const from of people.slice(1)) await say("STOP", { from });
    await replyToAll({ limit, now });
    expect(await rig.queue.count()).toBe(3);
    expect(outcomes).toEqual(["enqueued", "enqueued", "enqueued", "over_limit", "over_limit"]);
    expect(limit.isSpent(new Date(now.getTime() + 60_000))).toBe(false);
  });

  it("is replied to once where two regions are told of it, and by none that is not meant", async () => {
    for (const region of ["eu", "us"]) {
      for (const [body, id] of [
        ["STOP", "a"],
        ["HELP", "b"],
      ] as const)
        await say(body, { id, region });
    }
    await replyToAll();
    await replyToAll({ region: "us" });
    expect(await rig.queue.count()).toBe(2);
    expect(await rig.redis.keys(`${rig.prefix}:volley-us:us-*`)).toEqual([]);
  });

  it("START is not confirmed where an operator's entry stays", async () => {
    const list = openSuppressionList({ redis: rig.redis, prefix: rig.prefix, numbering: createNumbering() });
    await list.add([{ number: ANN, scope: "all", kind: "operator", at: new Date(), who: "eva", why: "" }]);
    await say("STOP");
    await say("START");
    await replyToAll();
    await rig.startWorker();
    expect(await got()).toEqual([TEXTS.stop]);
  });
});

it.each([
  ["from a toll-free number", { to: "18335550123" }],
  ["from a name", { to: "Volley" }],
  ["to a short code", { from: "12345" }],
])("nothing is replied %s", (_, { from = ANN, to = SENDER }: { from?: string; to?: string }) => {
  const data = { type: "mo_text", from, to, body: "HELP", recipient: from, sender: to, message_id: "mo" };
  const event = { id: "evt_a", at: "", region: "eu", data };
  for (const type of ["message.received", "recipient.opted_out", "recipient.opted_in"]) {
    expect(replyTo({ ...event, type }, {})).toBeNull();
  }
});

it.each([
  ["a network has said", "recipient.opted_out", { message_id: undefined }],
  ["a person has decided", "recipient.opted_out", { decided_by: "eva" }],
  ["may be meant", "recipient.maybe_opted_out", {}],
  ["is no HELP", "message.received", { body: "I need help with my order" }],
])("nothing is replied to what %s", (_, type, more) => {
  const data = {
    type: "mo_text",
    from: ANN,
    to: SENDER,
    body: "STOP",
    recipient: ANN,
    sender: SENDER,
    message_id: "mo",
    ...more,
  };
  expect(replyTo({ id: "evt_a", at: "", region: "eu", type, data }, {})).toBeNull();
});
