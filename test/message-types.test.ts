import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Send, SendResult } from "@volley/contract";
import type { AcceptedBatch } from "@volley/emulator";
import { createProducer, type Producer, type SendToMany } from "@volley/producer";
import { createSinchClient, type Result, type SinchClient } from "@volley/sinch";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const ANN = "46701234567";
const BOB = "46707654321";
const CLEO = "12015550188";

let stage: Stage;
let producer: Producer;
let client: SinchClient;
let keys = 0;

beforeAll(async () => {
  stage = await setUpStage({ emulator: { defaultOriginator: { "46": "Volley" }, speed: 1_000 } });
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix, timeoutMs: 30_000 });
  client = createSinchClient({ baseUrl: stage.emulator.url, servicePlanId: "us-plan", apiToken: "us-token" });
  await stage.startWorker();
});

beforeEach(() => stage.emulator.reset());

afterAll(async () => {
  client.close();
  await producer.close();
  await stage.close();
});

/** As any BullMQ client puts it on the queue. */
async function sendPlainly(data: object): Promise<SendResult> {
  return (await stage.ended(await stage.queue("us").add("send", data))).returnvalue as SendResult;
}

async function sendByProducer(send: SendToMany): Promise<SendResult> {
  const { id } = await producer.enqueue(send, { region: "us", idempotencyKey: `send ${(keys += 1)}` });
  const job = await stage.queue("us").getJob(id);
  if (!job) throw new Error("the send is not on the queue");
  return (await stage.ended(job)).returnvalue as SendResult;
}

function onlyBatch(): AcceptedBatch {
  const [batch, ...others] = stage.emulator.batches();
  if (!batch || others.length > 0) throw new Error(`expected one batch, got ${stage.emulator.batches().length}`);
  return batch;
}

function valueOf<T>(result: Result<T>): T {
  if (result.kind !== "ok") throw new Error(`${result.kind} ${result.code}`);
  return result.value;
}

/** What the network said about everybody in the only batch, when it has said everything. */
async function endings(): Promise<Record<string, unknown>> {
  const report = await eventually(async () => {
    const { statuses } = valueOf(await client.deliveryReports.ofBatch(onlyBatch().id, { type: "full" }));
    return statuses.every(({ code }) => code !== 400 && code !== 401) && statuses;
  }, "final reports");
  return Object.fromEntries(report.flatMap(({ recipients = [], code }) => recipients.map((one) => [one, code])));
}

/** What Volley adds to every batch. */
const ADDED = { expire_at: expect.any(String), client_reference: expect.any(String) };

const BOTH_ACCEPTED = { state: "accepted", recipients: { requested: 2, accepted: 2, rejected: 0 } };

describe("a message arrives as it was written:", () => {
  it("a text with all of its options, and with fields that nobody knows yet", async () => {
    const options = {
      flash_message: true,
      truncate_concat: true,
      max_number_of_message_parts: 2,
      from_ton: 1,
      from_npi: 1,
      dlt_principal_entity_id: "1101",
      dlt_template_id: "1107",
      tomorrow: { deep: [1, null, "x"] },
    };
    const body = "Hi ${name}! ".padEnd(300, "x");
    const parameters = { name: { [`+${ANN}`]: "Ann", default: "you" } };
    const result = await sendPlainly({ from: "12015550123", to: [`+${ANN}`, BOB], body, parameters, options });

    expect(result).toMatchObject(BOTH_ACCEPTED);
    expect(onlyBatch().request).toEqual({
      type: "mt_text",
      from: "12015550123",
      to: [ANN, BOB],
      body,
      parameters: { name: { [ANN]: "Ann", default: "you" } },
      ...options,
      ...ADDED,
    });
    expect(stage.emulator.textsTo(ANN)).toEqual([body.replace("${name}", "Ann").slice(0, 160)]);
  });

  it("a text that may not have so many segments: the provider takes it, and the phone does not get it", async () => {
    const options = { max_number_of_message_parts: 1 };
    const parameters = { name: { [ANN]: "Ann", [BOB]: "Bob".repeat(60) } };
    const result = await sendPlainly({ from: "Volley", to: [ANN, BOB], body: "Hi ${name}!", parameters, options });

    expect(result).toMatchObject(BOTH_ACCEPTED);
    expect(await endings()).toEqual({ [ANN]: 0, [BOB]: 411 });
  });

  it("bytes with their header", async () => {
    const binary = { type: "mt_binary", from: "Volley", body: Buffer.alloc(133, 7).toString("base64") } as const;
    const options = { udh: "06050423F423F4", from_ton: 5, from_npi: 0 };
    expect(await sendPlainly({ ...binary, to: [ANN, BOB], options })).toMatchObject(BOTH_ACCEPTED);
    expect(onlyBatch().request).toEqual({ ...binary, to: [ANN, BOB], ...options, ...ADDED });
    expect(stage.emulator.textsTo(BOB)).toEqual([binary.body]);
  });

  it("a picture with a text of everybody's own", async () => {
    const body = { url: "https://example.com/a.jpg", message: "Look, ${name}", subject: "Us" };
    const media = { type: "mt_media", from: "12015550123", body } as const;
    const parameters = { name: { [ANN]: "Ann", default: "you" } };
    const options = { strict_validation: true };
    expect(await sendPlainly({ ...media, to: [ANN, BOB], parameters, options })).toMatchObject(BOTH_ACCEPTED);
    expect(onlyBatch().request).toEqual({ ...media, to: [ANN, BOB], parameters, ...options, ...ADDED });
    expect([stage.emulator.textsTo(ANN), stage.emulator.textsTo(BOB)]).toEqual([["Look, Ann"], ["Look, you"]]);
  });

  it("reports, where they go, and feedback on what arrived", async () => {
    const wishes = { delivery_report: "per_recipient_final", callback_url: "http://127.0.0.1:9/reports" };
    const options = { feedback_enabled: true };
    const send = { from: "Volley", to: [ANN, BOB], body: "Hi", client_reference: "mine", ...wishes, options };
    expect(await sendPlainly(send)).toMatchObject(BOTH_ACCEPTED);
    const batch = onlyBatch();
    expect(batch.request).toMatchObject({ ...wishes, ...options, client_reference: expect.stringMatching(/^mine~/) });
    valueOf(await client.batches.deliveryFeedback(batch.id, [`+${BOB}`]));
    expect(onlyBatch().feedback).toEqual([BOB]);
  });
});

describe("senders and recipients:", () => {
  it("without a sender the account picks one for each country, and whom it has none for is not texted", async () => {
    expect(await sendPlainly({ to: [ANN, CLEO], body: "Hi" })).toMatchObject(BOTH_ACCEPTED);
    const batch = onlyBatch();
    expect(batch.request).not.toHaveProperty("from");
    expect(await endings()).toEqual({ [ANN]: 0, [CLEO]: 410 });
    const report = valueOf(await client.deliveryReports.ofRecipient(batch.id, ANN));
    expect(report.applied_originator).toBe("Volley");
  });

  it("a group is one recipient of the send, and everybody in it is texted", async () => {
    const members = people(30);
    const group = valueOf(await client.groups.create({ name: "Members", members }));
    const result = await sendPlainly({ from: "Volley", to: [group.id, ANN, group.id], body: "Hi" });

    expect(result).toMatchObject({ state: "accepted", recipients: { requested: 3, accepted: 2, duplicate: 1 } });
    expect(onlyBatch().to).toEqual([group.id, ANN]);
    expect([...members, ANN].filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
  });

  it.each<[string, (send: Send) => Promise<SendResult>, string[]]>([
    ["in its job", sendPlainly, []],
    ["in parts", sendPlainly, people(1_500)],
    ["staged", async ({ to, ...send }) => sendByProducer({ ...send, to: to.values() }), people(1_500)],
  ])("members of a group have values of their own, %s", async (_, sendTo, others) => {
    const group = valueOf(await client.groups.create({ members: [ANN, BOB] }));
    const name = { [ANN]: "Ann", [CLEO]: "Cleo", default: "you" };
    await sendTo({ from: "Volley", to: [...others, group.id, CLEO], body: "Hi ${name}", parameters: { name } });

    const texts = [ANN, BOB, CLEO].map((number) => stage.emulator.textsTo(number));
    expect(texts).toEqual([["Hi Ann"], ["Hi you"], ["Hi Cleo"]]);
    expect(others.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
  });

  it("groups may stand in a staged list, and one that is gone fails nobody else", async () => {
    const group = valueOf(await client.groups.create({ members: [BOB] }));
    const gone = valueOf(await client.groups.create({ members: [CLEO] }));
    await client.groups.delete(gone.id);
    const to = [...people(1_500), group.id, gone.id];
    const result = await sendByProducer({ from: "Volley", to: new Set(to).values(), body: "Hi" });

    expect(result).toMatchObject({
      state: "partial",
      recipients: { requested: 1_502, accepted: 1_501, rejected: 1 },
      rejected: [{ recipient: gone.id, reason: "unknown_group", by: "provider" }],
    });
    expect([...people(1_500), BOB].filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
    expect(stage.emulator.timesTexted(CLEO)).toBe(0);
  });
});

describe("a recipient without a value for a placeholder that has no default", () => {
  const body = "Hi ${name}, your code is ${code}";
  const isMissing = { reason: "missing_parameter", by: "volley" };
  const LIST = people(1_200);

  it.each(["a plain job", "the producer"])("is told before it costs a batch, through %s", async (way) => {
    const parameters = { name: { default: "you" }, code: { [ANN]: "1", [CLEO]: "3" } };
    const send = { from: "Volley", to: [ANN, BOB, "nobody", CLEO], body, parameters };
    const result = await (way === "the producer" ? sendByProducer(send) : sendPlainly(send));

    expect(result).toMatchObject({ state: "accepted", recipients: { requested: 4, accepted: 2, rejected: 2 } });
    expect(result.rejected).toEqual([
      { recipient: BOB, index: 1, ...isMissing },
      { recipient: "nobody", index: 2, reason: "invalid_msisdn", by: "volley" },
    ]);
    expect(onlyBatch().to).toEqual([ANN, CLEO]);
  });

  it("is told where the send has parts", async () => {
    const withCode = LIST.filter((_, index) => index !== 1_100);
    const code = Object.fromEntries(withCode.map((number, index) => [number, String(index)]));
    const result = await sendPlainly({ from: "Volley", to: LIST, body: "${code}", parameters: { code } });

    expect(result).toMatchObject({ state: "accepted", recipients: { requested: 1_200, accepted: 1_199, rejected: 1 } });
    expect(result.rejected).toEqual([{ recipient: LIST[1_100], index: 1_100, ...isMissing }]);
    expect(withCode.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
  });

  it.each([3, 1_200])("is told of a staged send of %d", async (count) => {
    const entries = LIST.slice(0, count).map((to, index) => (index === 1 ? to : { to, parameters: { code: "7" } }));
    const result = await sendByProducer({
      from: "Volley",
      to: entries.values(),
      body,
      parameters: { name: { default: "you" } },
    });

    expect(result).toMatchObject({
      state: "accepted",
      recipients: { requested: count, accepted: count - 1, rejected: 1 },
    });
    expect(result.rejected).toEqual([{ recipient: LIST[1], index: 1, ...isMissing }]);
    expect(stage.emulator.timesTexted(LIST[1] ?? "")).toBe(0);
    expect(stage.emulator.textsTo(LIST[2] ?? "")).toEqual(["Hi you, your code is 7"]);
  });
});

describe("what no provider would take is told at once, and costs no batch:", () => {
  it.each([
    ["a header and bytes of 141", { type: "mt_binary", body: "A".repeat(188), options: { udh: "00" } }, "body"],
    ["bytes without a header", { type: "mt_binary", body: "SGVsbG8=" }, "options"],
    ["a picture without an address", { type: "mt_media", body: { message: "Hi" } }, "body.url"],
    ["a type of number without its plan", { body: "Hi", options: { from_ton: 1 } }, "options.from_npi"],
    ["a text of no segment", { body: "Hi", options: { max_number_of_message_parts: 0 } }, "options.max_number"],
    ["a placeholder without any value", { body: "Hi ${name}" }, "parameters.name"],
  ])("%s", async (_name, part, field) => {
    const job = await stage.queue("us").add("send", { from: "Volley", to: [ANN], ...part });
    const { failedReason } = await stage.ended(job);
    expect(failedReason).toContain(field);
    expect(stage.emulator.stats().requests).toBe(0);
  });
});
