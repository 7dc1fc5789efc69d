import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Send } from "@volley/contract";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import type { CheckOptions } from "./check-send.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import type { RecipientEntry } from "../recipients/recipient-source.ts";

const NOW = new Date("2026-12-01T12:00:00Z");
const SEND: Send = { from: "Volley", to: ["+46 70 123 45 67", "46701234567", "+1", "46701234568"], body: "Hi" };

let producer: Producer;

beforeAll(() => {
  // Nobody listens there: whatever is checked without a region asks nobody.
  producer = createProducer({ redis: "redis://127.0.0.1:1", now: () => NOW });
});

afterAll(async () => producer.close());

async function segmentsOf(fields: object, options?: CheckOptions) {
  const report = await producer.check({ ...SEND, ...fields }, options);
  return { ...report, segments: report.segments ?? fail() };
}

function fail(): never {
  throw new Error("the message could not be counted");
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

async function* brokenSource(): AsyncGenerator<string> {
  yield "46700000000";
  throw new Error("the cursor is gone");
}

async function* pagesOf(...pages: RecipientEntry[][]): AsyncGenerator<RecipientEntry[]> {
  yield* pages;
}

it("says of a list of nobody what is wrong with its entries, and nothing of their values", async () => {
  const to = [{ to: "070", parameters: { name: "Ann" } }];
  const { problems } = await producer.check({ from: "Volley", body: "Hi ${name}!", to });
  expect(problems.map(({ field }) => field)).toEqual(["to[0]"]);
});

describe("check", () => {
  it("says what a send would come to, without Redis", async () => {
    expect(await producer.check(SEND)).toEqual({
      isSendable: true,
      problems: [],
      recipients: {
        requested: 4,
        valid: 2,
        rejected: 1,
        duplicate: 1,
        groups: 0,
        rejectedAt: [{ index: 2, reason: "invalid_msisdn" }],
        duplicateAt: [1],
        suppressed: null,
        suppressedAt: [],
      },
      segments: {
        total: 2,
        recipients: { 1: 2 },
        encodings: { "gsm-7": 2, "ucs-2": 0 },
        unicode: null,
        longest: { encoding: "gsm-7", units: 2, segments: 1, characters: 2, index: 0 },
        overSegmentLimit: 0,
        overCharacterLimit: 0,
      },
      batches: 1,
      duration: null,
      price: null,
      dryRun: null,
      duplicates: null,
      warnings: [],
    });
  });

  it.each([
    ["a list", [...numbers(3), "1", "46700000001"]],
    ["a long list", { [Symbol.iterator]: () => [...numbers(3), "1", "46700000001"].values() }],
    ["a stream of pages", pagesOf(numbers(2), [{ to: "46700000002" }, "1"], ["46700000001"])],
  ])("takes %s", async (_title, to) => {
    const { recipients } = await producer.check({ ...SEND, to });
    expect(recipients).toMatchObject({ requested: 5, valid: 3, rejected: 1, duplicate: 1 });
    expect(recipients).toMatchObject({ rejectedAt: [{ index: 3 }], duplicateAt: [4] });
  });

  it("names the first 1,000 of those who are rejected, and counts all", async () => {
    const entries = numbers(1_500);
    const { recipients } = await producer.check({
      ...SEND,
      to: pagesOf(
        entries,
        entries,
        entries.map(() => "x"),
      ),
    });
    expect(recipients).toMatchObject({ requested: 4_500, valid: 1_500, rejected: 1_500, duplicate: 1_500 });
    expect(recipients.rejectedAt.map(({ index }) => index)).toEqual(entries.slice(0, 1_000).map((_, at) => 3_000 + at));
    expect(recipients.duplicateAt).toEqual(entries.slice(0, 1_000).map((_, at) => 1_500 + at));
  });

  it("says that somebody lacks a value that the text needs", async () => {
    const to = pagesOf([{ to: "46700000000", parameters: { name: "Ann" } }, "46700000001"]);
    const { recipients, isSendable } = await producer.check({ ...SEND, to, body: "Hi ${name}" });
    expect(isSendable).toBe(true);
    expect(recipients.rejectedAt).toEqual([{ index: 1, reason: "missing_parameter" }]);
  });

  it("counts groups once, and says so", async () => {
    const { recipients, warnings } = await producer.check({ ...SEND, to: ["abcDEF123456", "46700000000"] });
    expect(recipients).toMatchObject({ valid: 2, groups: 1 });
    expect(warnings).toEqual([
      { code: "VOLLEY_GROUP_SIZE_UNKNOWN", message: expect.stringMatching(/^1 recipient that stand/) },
    ]);
  });

  it("counts batches and a price", async () => {
    const { batches, price } = await segmentsOf({ to: pagesOf(numbers(2_001)) }, { pricePerSegment: 0.1 });
    expect(batches).toBe(3);
    expect(price).toEqual({ perSegment: 0.1, total: 200.1 });
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])("refuses %d as a price", async (pricePerSegment) => {
    await expect(producer.check(SEND, { pricePerSegment })).rejects.toThrow(TypeError);
  });

  it("refuses a region that cannot be one", async () => {
    await expect(producer.check(SEND, { region: "EU!" })).rejects.toMatchObject({ code: "VOLLEY_INVALID_REGION" });
  });

  it("says that nobody knows how long it takes, nor who is suppressed, when Redis cannot be reached", async () => {
    const hasty = createProducer({ redis: "redis://127.0.0.1:1", timeoutMs: 50 });
    const { duration, recipients, warnings, isSendable } = await hasty.check(SEND, { region: "eu" });
    await hasty.close();
    expect(isSendable).toBe(true);
    expect(duration).toBeNull();
    expect(recipients).toMatchObject({ valid: 2, suppressed: null });
    expect(warnings.map(({ code }) => code)).toEqual(["VOLLEY_SUPPRESSED_UNKNOWN", "VOLLEY_DURATION_UNKNOWN"]);
  });

  it("ends with the signal's reason", async () => {
    const controller = new AbortController();
    function* source(): Generator<string[]> {
      for (;;) {
        controller.abort(new Error("enough"));
        yield numbers(1_000);
      }
    }
    await expect(producer.check({ ...SEND, to: source() }, { signal: controller.signal })).rejects.toThrow("enough");
  });

  it("throws what the source throws", async () => {
    await expect(producer.check({ ...SEND, to: brokenSource() })).rejects.toThrow("the cursor is gone");
  });
});

describe("check lists the problems for which enqueue refuses a send", () => {
  let prefix: string;
  let real: Producer;

  beforeAll(() => {
    prefix = ownPrefix();
    real = createProducer({ redis: testRedisUrl(), prefix, now: () => NOW });
  });

  afterAll(async () => {
    await real.close();
    await dropPrefix(prefix);
  });

  it.each<[string, () => object]>([
    ["every mistake of the message", () => ({ from: "much too long a sender", body: "" })],
    ["an unknown field", () => ({ sendAt: "tomorrow" })],
    ["a placeholder without values", () => ({ body: "Hi ${name}" })],
    ["an expiry that has passed", () => ({ expire_at: "2026-11-30T00:00:00Z" })],
    ["nobody", () => ({ to: [] })],
    ["nobody with a number", () => ({ to: ["1", "x"] })],
    ["nobody in a stream", () => ({ to: pagesOf([]) })],
    ["nobody with a number in a stream", () => ({ to: pagesOf(["1", "x"]) })],
    ["nobody with all values", () => ({ to: [{ to: "46700000000" }], body: "Hi ${name}" })],
    ["an entry that is none", () => ({ to: [46_701_234_567] })],
    ["an entry of a stream that is none", () => ({ to: [["46700000000"], [7]].values() })],
    ["a value that is none", () => ({ to: [{ to: "46700000000", parameters: { name: 7 } }] })],
    ["recipients that are no list", () => ({ to: "46701234567" })],
    ["no recipients at all", () => ({ to: undefined })],
  ])("%s", async (_title, fieldsOf) => {
    const checked = await real.check({ ...SEND, ...fieldsOf() });
    const enqueued = real.enqueue({ ...SEND, ...fieldsOf() }, { region: "eu", idempotencyKey: "a" });
    await expect(enqueued).rejects.toMatchObject({ code: "VOLLEY_INVALID_SEND", problems: checked.problems });
    expect(checked.isSendable).toBe(false);
  });

  it("and counts the recipients and the text all the same", async () => {
    const { isSendable, recipients, segments } = await producer.check({ ...SEND, from: "much too long a sender" });
    expect(isSendable).toBe(false);
    expect(recipients.valid).toBe(2);
    expect(segments?.total).toBe(2);
  });

  it("and says nothing of a text that cannot be counted", async () => {
    const { segments, price } = await producer.check({ ...SEND, body: "" }, { pricePerSegment: 1 });
    expect([segments, price]).toEqual([null, null]);
  });
});
