import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { SendResult } from "@volley/contract";
import { createProducer, type Producer } from "@volley/producer";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const MESSAGE = { from: "Volley", body: "Hello ${name}!" };

let stage: Stage;
let producer: Producer;

beforeAll(async () => {
  stage = await setUpStage();
  producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix });
  await stage.startWorker({ VOLLEY_UNKNOWN_HOLD_MS: "500" });
});

afterAll(async () => {
  await producer.close();
  await stage.close();
});

const times = (numbers: readonly string[]): number[] => numbers.map((number) => stage.emulator.timesTexted(number));

async function settled(id: string): Promise<SendResult> {
  return eventually(async () => (await producer.status(id))?.result, `the result of ${id}`);
}

describe("a retry", () => {
  it("goes to exactly those who were not accepted, with their own parameters, and only once", async () => {
    const to = people(2_500);
    const bad = [to[5], to[1_700]].map(String);
    const parameters = { name: { [bad[0] ?? ""]: "Ann", default: "you" } };
    const whole = { kind: "status", status: 400, body: { code: "syntax_invalid_json", text: "no" } } as const;
    const faults = [
      {
        match: { method: "POST" },
        times: null,
        action: { kind: "reject_recipients", recipients: bad, named: true },
      } as const,
      { match: { recipient: to[2_400] ?? "" }, times: null, action: whole },
    ].map((fault) => stage.emulator.faults.add(fault));
    const { id } = await producer.enqueue({ ...MESSAGE, to, parameters }, { region: "us", idempotencyKey: "retry" });
    expect((await settled(id)).recipients).toMatchObject({ accepted: 1_998, rejected: 502 });
    for (const fault of faults) stage.emulator.faults.remove(fault);

    const linked = await producer.retry(id);
    const again = await producer.retry(id);
    expect(again).toEqual({ ...linked, alreadyEnqueued: true });
    expect(linked).toMatchObject({ alreadyEnqueued: false, recipients: { requested: 502, valid: 502 } });
    expect(await settled(linked.id)).toMatchObject({ state: "accepted", recipients: { accepted: 502 } });
    expect(new Set(times(to))).toEqual(new Set([1]));
    expect(bad.map((number) => stage.emulator.textsTo(number))).toEqual([["Hello Ann!"], ["Hello you!"]]);
    await expect(producer.retry(linked.id)).rejects.toMatchObject({ code: "VOLLEY_NOBODY_LEFT" });
  });

  it("has nobody to go to while the send is on its way, or when nobody knows such a send", async () => {
    const send_at = new Date(Date.now() + 3_600_000).toISOString();
    const send = { from: "Volley", body: "Hello", to: people(1, 5_000), send_at };
    const { id } = await producer.enqueue(send, { region: "us", idempotencyKey: "later" });
    await expect(producer.retry(id)).rejects.toMatchObject({ code: "VOLLEY_SEND_NOT_SETTLED" });
    await expect(producer.retry("us-00000000000000000000")).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_SEND" });
  });

  it("of a send that expired goes out with another expire_at", async () => {
    const to = people(3, 5_100);
    const outage = stage.emulator.faults.add({ times: null, action: { kind: "status", status: 429 } });
    const expire_at = new Date(Date.now() + 1_000).toISOString();
    const send = { from: "Volley", body: "Hello", to, expire_at };
    const { id } = await producer.enqueue(send, { region: "us", idempotencyKey: "expired" });
    expect(await settled(id)).toMatchObject({ state: "expired", recipients: { expired: 3 } });
    stage.emulator.faults.remove(outage);
    await expect(producer.retry(id)).rejects.toMatchObject({ code: "VOLLEY_INVALID_SEND" });

    const linked = await producer.retry(id, { changes: { expire_at: later() } });
    expect(await settled(linked.id)).toMatchObject({ state: "accepted" });
    expect(times(to)).toEqual([1, 1, 1]);
  });
});

describe("a part about which nobody knows whether it was sent, because the provider cannot be asked until it expires,", () => {
  const [sentTo, [lost = ""], besideTo] = [people(2_500, 10_000), people(1, 20_000), people(2_000, 30_000)];
  let sent: string;
  let notSent: string;
  let beside: string;

  beforeAll(async () => {
    const { faults } = stage.emulator;
    const leave = async (key: string, to: string[], whom: string, accept: boolean): Promise<string> => {
      faults.add({ match: { method: "POST", recipient: whom }, action: { kind: "drop", accept } });
      const send = { from: "Volley", body: "Hello", to, expire_at: new Date(Date.now() + 6_000).toISOString() };
      return (await producer.enqueue(send, { region: "us", idempotencyKey: key })).id;
    };
    const mute = faults.add({ match: { method: "GET" }, times: null, action: { kind: "status", status: 503 } });
    faults.add({
      match: { recipient: besideTo[0] ?? "" },
      action: { kind: "status", status: 400, body: { code: "syntax_invalid_json", text: "no" } },
    });
    [sent, notSent, beside] = await Promise.all([
      leave("sent", sentTo, sentTo[1_500] ?? "", true),
      leave("not sent", [lost], lost, false),
      leave("beside", besideTo, besideTo[1_000] ?? "", false),
    ]);
    await Promise.all([sent, notSent, beside].map(settled));
    faults.remove(mute);
  });

  it("ends unknown, and a person who finds out that it was sent moves the counts, once", async () => {
    const [id, to] = [sent, sentTo];
    expect(await settled(id)).toMatchObject({ state: "partial", recipients: { accepted: 1_500, unknown: 1_000 } });
    await expect(producer.retry(id)).rejects.toMatchObject({ code: "VOLLEY_NOBODY_LEFT" });

    expect(await producer.resolve(id, "sent")).toBeNull();
    expect(await producer.resolve(id, "sent")).toBeNull();
    expect(await settled(id)).toMatchObject({
      state: "accepted",
      recipients: { accepted: 2_500, unknown: 0, rejected: 0 },
    });
    await expect(producer.resolve(id, "not_sent")).rejects.toMatchObject({ code: "VOLLEY_NOBODY_LEFT" });
    expect(new Set(times(to))).toEqual(new Set([1]));
  });

  it("is texted in a send of its own when a person finds out that it was not sent, once", async () => {
    const id = notSent;
    expect(await settled(id)).toMatchObject({ state: "unknown", recipients: { requested: 1, unknown: 1 } });

    const changes = { expire_at: later() };
    const linked = await producer.resolve(id, "not_sent", { changes });
    expect(await producer.resolve(id, "not_sent", { changes })).toEqual({ ...linked, alreadyEnqueued: true });
    await expect(producer.resolve(id, "sent")).rejects.toMatchObject({ code: "VOLLEY_NOBODY_LEFT" });
    expect(await settled(id)).toMatchObject({ state: "rejected", recipients: { rejected: 1, unknown: 0 } });
    expect(await settled(linked?.id ?? "")).toMatchObject({ state: "accepted" });
    expect(times([lost])).toEqual([1]);
  });

  it("leaves what was refused beside it with the provider's own words", async () => {
    const id = beside;
    expect(await producer.resolve(id, "not_sent", { changes: { expire_at: later() } })).not.toBeNull();
    const { errors } = await settled(id);
    expect(errors).toMatchObject([
      { part: 0, code: "syntax_invalid_json", recipients: 1_000 },
      { part: 1, code: "resolved_not_sent", recipients: 1_000 },
    ]);
  });
});

function later(): string {
  return new Date(Date.now() + 60_000).toISOString();
}
