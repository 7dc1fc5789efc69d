import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Send } from "@volley/contract";
import { createProducer, type Producer } from "../producer/producer.ts";
import type { RecipientEntry } from "../recipients/recipient-source.ts";

const SEND: Send = { from: "Volley", to: ["46700000000", "46700000001"], body: "Hi" };

let producer: Producer;

beforeAll(() => {
  // Nobody listens there: whatever is checked without a region asks nobody.
  producer = createProducer({ redis: "redis://127.0.0.1:1" });
});

afterAll(async () => producer.close());

async function segmentsOf(fields: object) {
  const report = await producer.check({ ...SEND, ...fields });
  return { ...report, segments: report.segments ?? fail() };
}

function fail(): never {
  throw new Error("the message could not be counted");
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

async function* pagesOf(...pages: RecipientEntry[][]): AsyncGenerator<RecipientEntry[]> {
  yield* pages;
}

describe("the segments of a check", () => {
  it("are those of everybody's own text", async () => {
    const to = pagesOf([
      { to: "46700000000", parameters: { name: "a".repeat(160) } },
      { to: "46700000001", parameters: { name: "a".repeat(161) } },
      { to: "46700000002", parameters: { name: "你".repeat(71) } },
      { to: "46700000003", parameters: { name: "Łukasz" } },
      "46700000004",
    ]);
    const { segments } = await segmentsOf({ to, body: "${name}", parameters: { name: { default: "you" } } });
    expect(segments).toMatchObject({ total: 7, recipients: { 1: 3, 2: 2 }, encodings: { "gsm-7": 3, "ucs-2": 2 } });
    expect(segments.longest).toEqual({ encoding: "gsm-7", units: 161, segments: 2, characters: 161, index: 1 });
  });

  it("take a recipient's own value before those of the send, and count a duplicate's once", async () => {
    const own = { to: "46700000000", parameters: { name: "a".repeat(161) } };
    const parameters = { name: { "+46700000000": "Ann", "+46700000001": "b".repeat(400), default: "you" } };
    const to = [own, "46700000001", "46700000000"];
    const { segments } = await segmentsOf({ to, body: "${name}", parameters });
    expect(segments).toMatchObject({ total: 5, recipients: { 2: 1, 3: 1 } });
  });

  it("name the character of the body that makes it Unicode, and whom it concerns", async () => {
    const { segments } = await segmentsOf({ to: pagesOf(numbers(3)), body: "Don’t 😀" });
    expect(segments.unicode).toEqual({
      character: "’",
      codePoint: "U+2019",
      source: "body",
      position: 3,
      index: 0,
      recipients: 3,
    });
  });

  it("name the placeholder and the first recipient whose value makes a text Unicode", async () => {
    const to = pagesOf([
      { to: "46700000000", parameters: { name: "Ann", code: "1" } },
      { to: "46700000001", parameters: { name: "Bo", code: "😀" } },
      { to: "46700000002", parameters: { name: "Łukasz", code: "2" } },
    ]);
    const { segments } = await segmentsOf({ to, body: "${name}: ${code}" });
    expect(segments.unicode).toEqual({
      character: "😀",
      codePoint: "U+1F600",
      source: { placeholder: "code" },
      position: 4,
      index: 1,
      recipients: 2,
    });
  });

  it("leave out those whose text has more segments than the send allows, and warn", async () => {
    const to = pagesOf([{ to: "46700000000", parameters: { name: "a".repeat(161) } }, "46700000001"]);
    const options = { max_number_of_message_parts: 1 };
    const { segments, warnings } = await segmentsOf({
      to,
      body: "${name}",
      parameters: { name: { default: "you" } },
      options,
    });
    expect(segments).toMatchObject({ total: 1, recipients: { 1: 1, 2: 1 }, overSegmentLimit: 1 });
    expect(warnings.map(({ code }) => code)).toEqual(["VOLLEY_TOO_MANY_SEGMENTS"]);
  });

  it("are one each when texts are cut", async () => {
    const { segments } = await segmentsOf({ body: "a".repeat(400), options: { truncate_concat: true } });
    expect(segments).toMatchObject({ total: 2, recipients: { 1: 2 } });
  });

  it("warn of texts that grow too long when they are filled in", async () => {
    const parameters = { name: { "46700000000": "a".repeat(1_001), default: "a".repeat(1_000) } };
    const { segments, warnings } = await segmentsOf({ to: numbers(2), body: "${name}${name}", parameters });
    expect(segments).toMatchObject({ overCharacterLimit: 1, recipients: { 14: 2 } });
    expect(warnings.map(({ code }) => code)).toEqual(["VOLLEY_TEXT_TOO_LONG"]);
  });

  it.each([
    { type: "mt_binary", body: "AAAA", options: { udh: "06050423F423F4" } },
    { type: "mt_media", body: { url: "https://example.org/cat.png", message: "Don’t" } },
  ])("are one each for $type", async (fields) => {
    const { segments, isSendable } = await segmentsOf(fields);
    expect(isSendable).toBe(true);
    expect(segments).toMatchObject({
      total: 2,
      recipients: { 1: 2 },
      encodings: { "gsm-7": 0, "ucs-2": 0 },
      longest: null,
    });
  });
});
