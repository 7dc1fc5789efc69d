import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createProducer, type Producer } from "./producer.ts";
import type { ProducerOptions } from "./producer-options.ts";

/** Nothing listens there, and nothing needs to: options are looked at first. */
const REDIS = "redis://127.0.0.1:1";

const SEND = { to: ["46701234567"], from: "Volley", body: "Hi" };

const KEY = { region: "eu", idempotencyKey: "a" };

let producer: Producer;

beforeEach(() => {
  producer = createProducer({ redis: REDIS, timeoutMs: 50 });
});

afterEach(async () => producer.close());

describe("createProducer", () => {
  it.each<[string, object]>([
    ["perfix: unknown option, did you mean prefix?", { perfix: "x" }],
    ["prefix: expected a text", { prefix: "" }],
    ["timeoutMs: expected a whole number", { timeoutMs: "5s" }],
    ["timeoutMs: expected a whole number", { timeoutMs: 0 }],
    ["timeoutMs: expected a whole number", { timeoutMs: Number.POSITIVE_INFINITY }],
    ["leadMs: expected a whole number", { leadMs: "60s" }],
    ["leadMs: expected a whole number", { leadMs: -5 }],
    ["rememberMs: expected a whole number", { rememberMs: 0 }],
    ["rememberKeys: expected a whole number", { rememberKeys: 1.5 }],
    ["stageTtlMs: expected a whole number", { stageTtlMs: null }],
    ["stageTtlMs: expected a whole number", { stageTtlMs: 24 * 60 * 60 * 1_000 + 1 }],
    ["maxRedisBytes: expected a whole number", { maxRedisBytes: "1gb" }],
    ["now: expected a function", { now: new Date() }],
    ["coalesce: expected an object", { coalesce: 5 }],
    ["coalesce.linger: unknown option, did you mean lingerMs?", { coalesce: { linger: 5 } }],
    ["coalesce.maxWaiting: expected a whole number", { coalesce: { maxWaiting: "many" } }],
  ])("refuses at once with %s", (message, wrong) => {
    const create = (): Producer => createProducer({ redis: REDIS, ...wrong });
    expect(create).toThrow(TypeError);
    expect(create).toThrow(message);
  });

  it.each([undefined, null, REDIS])("refuses %j in place of its options", (wrong) => {
    expect(() => Reflect.apply(createProducer, undefined, [wrong])).toThrow("expected an object of options");
  });

  it("refuses connection and redis at once, which are the same thing", () => {
    const both = { connection: REDIS, redis: REDIS } as unknown as ProducerOptions;
    expect(() => createProducer(both)).toThrow("expected connection or redis, which are the same thing, got both");
    expect(() => createProducer({} as ProducerOptions)).toThrow("connection: expected a URL");
  });

  it("takes an option that is undefined for one that is left out", () => {
    const given = { redis: REDIS, prefix: undefined, leadMs: undefined, coalesce: undefined, perfix: undefined };
    expect(() => createProducer(given as unknown as ProducerOptions)).not.toThrow();
  });
});

const set = async (limits: object): Promise<unknown> => producer.region("eu").setLimits(limits);

const code = async (call: Promise<unknown>): Promise<unknown> =>
  call.catch((error: unknown) => Reflect.get(Object(error), "code"));

describe("a call", () => {
  it.each<[Exclude<keyof Producer, "suppressions" | "endpoints" | "keys">, string, unknown[]]>([
    ["enqueue", "idempotencykey: unknown option, did you mean idempotencyKey?", [SEND, { ...KEY, idempotencykey: 1 }]],
    ["enqueue", "onProgress: expected a function", [SEND, { ...KEY, onProgress: true }]],
    ["enqueue", "signal: expected an AbortSignal", [SEND, { ...KEY, signal: {} }]],
    ["enqueue", "duplicates.within: unknown option", [SEND, { ...KEY, duplicates: { within: 1 } }]],
    ["enqueue", "expected an object of options", [SEND]],
    [
      "coalesce",
      "signal: unknown option",
      [
        { ...SEND, to: "46701234567" },
        { ...KEY, signal: 1 },
      ],
    ],
    ["check", "pricePerSegments: unknown option, did you mean pricePerSegment?", [SEND, { pricePerSegments: 1 }]],
    ["check", "pricePerSegment: expected a number", [SEND, { pricePerSegment: "1" }]],
    ["check", "dryRun: expected a function", [SEND, { dryRun: true }]],
    ["status", "regoin: unknown option, did you mean region?", ["eu-a", { regoin: "eu" }]],
    ["status", "expected an object of options", ["eu-a", "eu"]],
    ["batches", "limits: unknown option, did you mean limit?", ["eu-a", { limits: 1 }]],
    ["batches", "limit: expected a whole number", ["eu-a", { limit: "10" }]],
    ["cancel", "wait: unknown option", ["eu-a", { wait: 1 }]],
    ["cancel", "waitMs: expected a whole number", ["eu-a", { waitMs: "1s" }]],
    ["retry", "change: unknown option, did you mean changes?", ["eu-a", { change: {} }]],
    ["retry", "changes: expected an object", ["auto-a", { changes: "x" }]],
    ["resolve", "waitMS: unknown option, did you mean waitMs?", ["eu-a", "sent", { waitMS: 1 }]],
    ["resolve", "decision: expected sent or not_sent", ["eu-a", "maybe"]],
    ["resolve", "decision: expected sent or not_sent", ["eu-a"]],
  ])("of %s is refused with %s", async (name, message, input) => {
    const call: Promise<unknown> = Reflect.apply(producer[name], undefined, input);
    await expect(call).rejects.toThrow(TypeError);
    await expect(Reflect.apply(producer[name], undefined, input)).rejects.toThrow(message);
  });

  it("that sets a limit which there is not is refused, and names the limits", async () => {
    await expect(set({ speed: 5 })).rejects.toThrow(TypeError);
    await expect(set({ speed: 5 })).rejects.toThrow("speed: unknown option, expected rate");
    await expect(set({ burst: 5 })).rejects.toThrow("did you mean burstMs?");
    await expect(set({ rate: "5" })).rejects.toMatchObject({ code: "VOLLEY_INVALID_LIMIT" });
  });

  it("keeps the errors that a region, a key and a cursor have", async () => {
    const wrong = { idempotencyKey: "a" } as unknown as typeof KEY;
    expect(await code(producer.enqueue(SEND, wrong))).toBe("VOLLEY_INVALID_REGION");
    expect(await code(producer.enqueue(SEND, { region: "eu", idempotencyKey: "" }))).toBe(
      "VOLLEY_INVALID_IDEMPOTENCY_KEY",
    );
    expect(await code(producer.batches("eu-a", { region: "eu", cursor: "x" }))).toBe("VOLLEY_INVALID_CURSOR");
  });
});
