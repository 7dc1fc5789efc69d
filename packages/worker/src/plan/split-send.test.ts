import { describe, expect, it } from "@jest/globals";
import { LIMITS, readSend, type ReadySend, type Send } from "@volley/contract";
import fc from "fast-check";
import { partCount, partOfSend, partSize } from "./split-send.ts";

const NOW = new Date("2026-12-01T12:00:00Z");
const EXPIRE_AT = new Date("2026-12-02T12:00:00Z");

describe("partCount", () => {
  it.each([
    [0, 0],
    [1, 1],
    [999, 1],
    [1_000, 1],
    [1_001, 2],
    [2_000, 2],
    [100_000, 100],
    [100_001, 101],
  ])("of %d recipients is %d", (recipients, parts) => {
    expect(partCount(recipients)).toBe(parts);
  });
});

describe("partSize", () => {
  it.each([
    { recipients: 1, sizes: [1] },
    { recipients: 1_000, sizes: [1_000] },
    { recipients: 1_001, sizes: [1_000, 1] },
    { recipients: 2_999, sizes: [1_000, 1_000, 999] },
  ])("is $sizes for $recipients recipients", ({ recipients, sizes }) => {
    expect(sizes.map((_, part) => partSize(recipients, part))).toEqual(sizes);
  });

  it("adds up to all recipients, each part within the provider's limit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000 }), (recipients) => {
        const sizes = Array.from({ length: partCount(recipients) }, (_, part) => partSize(recipients, part));
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(recipients);
        expect(sizes.every((size) => size >= 1 && size <= LIMITS.recipientsPerBatch)).toBe(true);
      }),
    );
  });
});

describe("partOfSend", () => {
  it("keeps the message and gives every part the send's own expiry", () => {
    const send = ready({
      ...textTo(numbers(1_001)),
      client_reference: "spring",
      send_at: "2026-12-01T13:00:00Z",
      options: { flash_message: true },
    });
    expect(partOfSend(send, EXPIRE_AT, 1)).toEqual({
      from: "12015550123",
      to: ["46700001000"],
      body: "Hi",
      client_reference: "spring",
      send_at: "2026-12-01T13:00:00Z",
      expire_at: EXPIRE_AT.toISOString(),
      options: { flash_message: true },
    });
  });

  it("gives the same part every time", () => {
    const send = ready(textTo(numbers(1_500)));
    expect(partOfSend(send, EXPIRE_AT, 1)).toEqual(partOfSend(send, EXPIRE_AT, 1));
  });

  it("makes a send that can be read again without loss", () => {
    const part = ready(partOfSend(ready(textTo(numbers(2_000))), EXPIRE_AT, 1));
    expect(part.recipients).toMatchObject({ requested: 1_000, duplicate: 0, rejected: 0 });
    expect(part.expireAt).toEqual(EXPIRE_AT);
  });

  it("covers every accepted recipient exactly once, with nobody else's parameters", () => {
    fc.assert(
      fc.property(mixedSend, (data) => {
        const send = ready(data);
        const parts = Array.from({ length: partCount(send.recipients.accepted.length) }, (_, part) =>
          partOfSend(send, EXPIRE_AT, part),
        );
        expect(parts.flatMap(({ to }) => to)).toEqual([...send.recipients.accepted]);
        for (const { to, ...part } of parts) {
          const own = new Set([...to, "default"]);
          const names = "parameters" in part ? (part.parameters?.["name"] ?? {}) : {};
          expect(Object.keys(names).filter((recipient) => !own.has(recipient))).toEqual([]);
          const expected = to.filter((recipient) => send.parameters.get("name")?.has(recipient));
          expect(Object.keys(names).filter((key) => key !== "default")).toHaveLength(expected.length);
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** Up to 3,500 entries with repetitions, other writings and mistakes among them; every third has a name. */
const mixedSend = fc
  .tuple(fc.integer({ min: 1_001, max: 3_500 }), fc.integer({ min: 1, max: 9 }), fc.boolean())
  .map(([count, stride, hasDefault]): Send => {
    const written = numbers(count).flatMap((number, index) =>
      index % (stride * 7) === 0 ? [number, `+${number}`, "nobody"] : [number],
    );
    const named = numbers(count).filter((_, index) => index % 3 === 0);
    const name = Object.fromEntries(named.map((number) => [`+${number}`, `N${number}`]));
    return {
      ...textTo(written),
      body: "Hi ${name}",
      parameters: { name: hasDefault ? { ...name, default: "you" } : name },
    };
  });

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

function textTo(to: string[]): Send & { type?: "mt_text" | undefined; body: string } {
  return { from: "12015550123", to, body: "Hi" };
}

function ready(data: unknown): ReadySend {
  const read = readSend(data, NOW);
  if (!read.ok) throw new Error(JSON.stringify(read.problems.slice(0, 3)));
  return read.send;
}
