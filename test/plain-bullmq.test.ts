import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createProducer } from "@volley/producer";
import { FlowProducer } from "bullmq";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

describe("a job that a plain BullMQ client added", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setUpStage();
    await stage.startWorker();
  });

  afterAll(async () => stage.close());

  it("is sent in batches of at most 1,000, each recipient once, with nobody else's parameters", async () => {
    const to = people(2_500);
    const names = Object.fromEntries(to.map((number, index) => [`+${number}`, `Name ${index}`]));

    const job = await stage.queue("us").add("send", {
      from: "Volley",
      to: to.map((number) => `+${number}`),
      body: "Hi ${name}!",
      parameters: { name: names },
    });
    const { returnvalue } = await stage.ended(job);

    const batches = stage.emulator.batches();
    expect(returnvalue).toMatchObject({
      state: "accepted",
      region: "us",
      recipients: { requested: 2_500, accepted: 2_500, rejected: 0, duplicate: 0, unknown: 0 },
    });
    expect(idsOf(returnvalue).toSorted()).toEqual(batches.map(({ id }) => id).toSorted());
    expect(batches.map(({ to: sent }) => sent.length).toSorted((a, b) => b - a)).toEqual([1_000, 1_000, 500]);
    expect(batches.flatMap(({ to: sent }) => sent).toSorted()).toEqual(to.toSorted());
    expect(to.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
    for (const { request, to: sent } of batches) {
      const { name } = (request as { parameters: { name: Record<string, string> } }).parameters;
      expect(Object.keys(name).toSorted()).toEqual([...sent].toSorted());
    }
    expect(stage.emulator.textsTo(to[1_234] ?? "")).toEqual(["Hi Name 1234!"]);
  });

  it("accounts for duplicates and for what is no number", async () => {
    const job = await stage.queue("us").add("send", {
      from: "Volley",
      to: ["+46 99 123 45 67", "0046 (99) 1234567", "46991234567", "not a number"],
      body: "Hello",
    });
    const { returnvalue } = await stage.ended(job);

    expect(returnvalue).toMatchObject({
      state: "accepted",
      recipients: { requested: 4, accepted: 1, duplicate: 2, rejected: 1 },
      rejected: [{ recipient: "not a number", reason: "invalid_msisdn", by: "volley" }],
    });
    expect(stage.emulator.timesTexted("46991234567")).toBe(1);
  });

  it("may hold nulls for what it leaves out, as clients of other languages write them", async () => {
    const [one = "", other = ""] = people(2, 8_000);
    const job = await stage.queue("us").add("send", {
      v: null,
      type: null,
      staged: null,
      priority: null,
      send_at: null,
      expire_at: null,
      callback_url: null,
      delivery_report: null,
      client_reference: null,
      options: { flash_message: true, udh: null },
      from: "Volley",
      to: [one, other],
      body: "Hi ${name}!",
      parameters: { name: { [one]: null, [other]: "Ann", default: "there" }, code: null },
    });
    const { returnvalue } = await stage.ended(job);

    expect(returnvalue).toMatchObject({ state: "accepted", recipients: { requested: 2, accepted: 2 } });
    expect([one, other].map((number) => stage.emulator.textsTo(number))).toEqual([["Hi there!"], ["Hi Ann!"]]);
    const batch = stage.emulator.batches().find(({ to }) => to.includes(one));
    expect(JSON.stringify(batch?.request)).not.toContain("null");
  });

  it("loses its recipients from Redis when it is settled, and keeps its result", async () => {
    const job = await stage.queue("us").add("send", { from: "Volley", to: people(1_500, 5_000), body: "Hello" });
    await stage.ended(job);

    const keys = await stage.redis.keys(`${stage.prefix}:volley-us:${job.id}*`);
    const hashes = await Promise.all(keys.map(async (key) => stage.redis.hgetall(key).catch(() => ({}))));
    expect(keys.length).toBeGreaterThan(2);
    expect(JSON.stringify(hashes)).not.toContain("46990005001");
    expect(JSON.stringify(hashes)).toContain('\\"accepted\\":1500');
  });

  it("tells its story in the job's log, without recipients", async () => {
    const [number = ""] = people(1, 9_000);
    const job = await stage.queue("us").add("send", { from: "Volley", to: [number], body: "Hello" });
    const { returnvalue } = await stage.ended(job);

    const { logs } = await stage.queue("us").getJobLogs(String(job.id));
    expect(logs).toEqual([`batch ${idsOf(returnvalue)[0] ?? ""} accepted, 1 recipients`]);
  });

  it("keeps its result although the client wanted it removed", async () => {
    const options = { removeOnComplete: true, removeOnFail: true, attempts: 3 };
    const data = { from: "Volley", to: people(2, 20_000), body: "Hello" };
    const job = await stage.queue("us").add("send", data, options);
    expect((await stage.ended(job)).returnvalue).toMatchObject({ state: "accepted", recipients: { accepted: 2 } });
  });

  it("is sent in parts although its client's clock is ahead", async () => {
    const data = { from: "Volley", to: people(1_500, 30_000), body: "Hello" };
    const job = await stage.queue("us").add("send", data, { timestamp: Date.now() + 3_600_000 });
    const { returnvalue } = await stage.ended(job);
    expect(returnvalue).toMatchObject({ state: "accepted", recipients: { requested: 1_500, accepted: 1_500 } });
  });

  it("stands in the list of sends once it was picked up, once however often that is, also where it is no send", async () => {
    const label = "of another client";
    const data = { from: "Volley", to: people(1_200, 50_000), body: "Hello", label };
    const job = await stage.queue("us").add("send", data, { jobId: "spring" });
    await stage.ended(job);
    const none = await stage.queue("us").add("send", { label, to: 7 }, { jobId: "none" });
    await stage.ended(none).catch(() => {});
    const producer = createProducer({ redis: stage.environment["REDIS_URL"] ?? "", prefix: stage.prefix });
    const { sends } = await producer.list({ label });
    await producer.close();
    const alike = { region: "us", kind: "client", label, enqueuedAt: expect.any(String) };
    expect(sends).toEqual([
      { ...alike, id: "none", from: null, recipients: { requested: 0, valid: 0 }, state: "failed", result: null },
      {
        ...alike,
        id: "spring",
        from: "Volley",
        recipients: { requested: 1_200, valid: 1_200 },
        state: "settled",
        result: { state: "accepted", recipients: expect.objectContaining({ accepted: 1_200 }) },
      },
    ]);
  });

  it("may have children of its own, which are not taken for its parts", async () => {
    const flow = new FlowProducer({ connection: stage.redis, prefix: stage.prefix });
    const queueName = "volley-us";
    const [own, ...others] = people(2_501, 40_000);
    const { job } = await flow.add({
      name: "send",
      queueName,
      data: { from: "Volley", to: others, body: "Hello" },
      children: [{ name: "send", queueName, data: { from: "Volley", to: [own], body: "First" } }],
    });
    const { returnvalue } = await stage.ended(job);
    await flow.close();

    expect(returnvalue).toMatchObject({ state: "accepted", recipients: { requested: 2_500, accepted: 2_500 } });
    expect([own ?? "", ...others].filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
  });
});

function idsOf(result: unknown): string[] {
  return (result as { batches: { id: string }[] }).batches.map(({ id }) => id);
}
