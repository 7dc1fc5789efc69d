import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { InvalidSendError, type Routes } from "@volley/contract";
import { openStagingRig, STAGED_MESSAGE, type StagingRig } from "../../../../test/staging-rig.ts";
import { testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const ROUTES = { prefixes: { "1": "us", "46": "eu" } };

const AUTO = { region: "auto", idempotencyKey: "spring" };

let rig: StagingRig;
let opened: Producer[];

beforeEach(() => {
  rig = openStagingRig();
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map(async (producer) => producer.close()));
  await rig.close();
});

function producerWith(routes: Routes | undefined): Producer {
  const producer = createProducer({ redis: testRedisUrl(), prefix: rig.prefix, ...(routes && { routes }) });
  opened.push(producer);
  return producer;
}

function producerWithWrongRoutes(): Producer {
  return producerWith({ prefixes: { "+46": "eu", "1": "auto" } });
}

describe('region "auto"', () => {
  it("is off without routes", async () => {
    const enqueued = producerWith(undefined).enqueue({ ...STAGED_MESSAGE, to: ["46701234567"] }, AUTO);
    await expect(enqueued).rejects.toMatchObject({
      code: "VOLLEY_INVALID_REGION",
      message: expect.stringContaining("routes"),
    });
  });

  it("refuses routes that are none, all mistakes at once", () => {
    expect(producerWithWrongRoutes).toThrow(expect.objectContaining({ code: "VOLLEY_INVALID_ROUTES" }));
    expect(producerWithWrongRoutes).toThrow(/prefixes\.1: .*\n.*a prefix of 1 to 7 digits/);
  });

  it("is no region for what is not enqueued", async () => {
    const producer = producerWith(ROUTES);
    const message = { from: "Volley", to: "46701234567", body: "Hi!" };
    await expect(producer.coalesce(message, { region: "auto" })).rejects.toMatchObject({
      code: "VOLLEY_INVALID_REGION",
    });
    expect(() => producer.region("auto")).toThrow(expect.objectContaining({ code: "VOLLEY_INVALID_REGION" }));
  });

  it("refuses a send of which nobody has a route, by name, and leaves nothing", async () => {
    const to = ["33612345678", "+33 6 12 34 56 79", "nobody"];
    const error: unknown = await producerWith(ROUTES)
      .enqueue({ ...STAGED_MESSAGE, to }, AUTO)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidSendError);
    expect(error).toMatchObject({ problems: [{ field: "to[0]" }, { field: "to[1]" }] });
    expect(String(error)).not.toContain("33612345678");
    expect(await rig.stages()).toEqual([]);
    expect(await rig.queue.getJobs()).toEqual([]);
  });

  it("refuses a send without recipients, and one whose list is none", async () => {
    const producer = producerWith(ROUTES);
    for (const to of [[], "46701234567", 7]) {
      const enqueued = Reflect.apply(producer.enqueue, undefined, [{ ...STAGED_MESSAGE, to }, AUTO]);
      await expect(enqueued).rejects.toMatchObject({ problems: [{ field: "to" }] });
    }
  });

  it("refuses what is no send at all", async () => {
    const enqueued = Reflect.apply(producerWith(ROUTES).enqueue, undefined, [null, AUTO]);
    await expect(enqueued).rejects.toBeInstanceOf(InvalidSendError);
  });

  it("enqueues once what two services enqueue at the same moment", async () => {
    const send = { ...STAGED_MESSAGE, to: ["46701234567", "12015550123"] };
    const [one, other] = await Promise.all([
      producerWith(ROUTES).enqueue(send, AUTO),
      producerWith(ROUTES).enqueue(send, AUTO),
    ]);
    expect(other.id).toBe(one.id);
    expect(await rig.onlyJob()).toMatchObject({ data: { staged: { recipients: 1 } } });
    expect(await rig.stages()).toHaveLength(2);
  });

  it("moves nobody when two services with other routes enqueue at the same moment", async () => {
    const send = { ...STAGED_MESSAGE, to: ["46701234567"] };
    const ended = await Promise.allSettled([
      producerWith(ROUTES).enqueue(send, AUTO),
      producerWith({ prefixes: { "46": "au" } }).enqueue(send, AUTO),
    ]);
    const refused = ended.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    // The second may have come so late that it goes by the routes of the first.
    expect(refused).toEqual(refused.map(() => expect.objectContaining({ code: "VOLLEY_IDEMPOTENCY_CONFLICT" })));
    expect(refused.length).toBeLessThan(2);
    expect(await rig.stages()).toHaveLength(1);
  });

  it("takes groups to the default, and to nobody without one", async () => {
    const group = "01FC66621XXXXX119Z8PMV1QPA";
    const message = { from: "Volley", body: "Hi!", to: [group, "46701234567"] };
    const without = await producerWith(ROUTES).enqueue(message, AUTO);
    expect(without.recipients).toEqual({ requested: 2, valid: 1, duplicate: 0, rejected: 1 });
    const withDefault = await producerWith({ ...ROUTES, default: "eu" }).enqueue(message, {
      ...AUTO,
      idempotencyKey: "other",
    });
    expect(withDefault.recipients).toEqual({ requested: 2, valid: 2, duplicate: 0, rejected: 0 });
  });

  it("does not mind that a region's send has the same key already", async () => {
    await rig.enqueue(["46990000001"]);
    const { recipients } = await producerWith(ROUTES).enqueue(
      { ...STAGED_MESSAGE, to: ["46701234567", "12015550123"] },
      AUTO,
    );
    expect(recipients.valid).toBe(2);
  });

  it("finds what was routed by another process that had routes, and nothing else", async () => {
    const { id } = await producerWith(ROUTES).enqueue({ ...STAGED_MESSAGE, to: ["46701234567", "12015550123"] }, AUTO);
    const producer = producerWith(undefined);
    expect(await producer.status(id)).toMatchObject({
      id,
      region: "auto",
      state: "queued",
      parts: { total: 2, done: 0 },
    });
    const { cursor, ...page } = await producer.batches(id);
    expect(page).toMatchObject({ batches: [] });
    expect(cursor).toMatch(/\.us\/$/);
    expect(await producer.batches(id, { cursor: cursor ?? "" })).toMatchObject({ batches: [], cursor: null });
    for (const other of ["us/", String(cursor).replace("us/", "au/"), `x${cursor}`.slice(0, -1)]) {
      await expect(producer.batches(id, { cursor: other })).rejects.toMatchObject({ code: "VOLLEY_INVALID_CURSOR" });
    }
    await expect(producer.batches(id, { cursor: "au/" })).rejects.toMatchObject({ code: "VOLLEY_INVALID_CURSOR" });
    await expect(producer.batches(id, { cursor: "0" })).rejects.toMatchObject({ code: "VOLLEY_INVALID_CURSOR" });
    await expect(producer.retry(id)).rejects.toMatchObject({ code: "VOLLEY_SEND_NOT_SETTLED" });

    const none = `auto-${"0".repeat(20)}`;
    expect(await producer.status(none)).toBeNull();
    await expect(producer.cancel(none)).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_SEND" });
  });
});
