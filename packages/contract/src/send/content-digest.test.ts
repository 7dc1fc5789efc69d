import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { contentDigest } from "./content-digest.ts";
import { readSend, readStagedSend } from "./read-send.ts";

const NOW = new Date("2026-12-01T08:00:00Z");

const SEND = {
  from: "12015550123",
  to: ["46701234567", "46701234568"],
  body: "Hi ${name}!",
  parameters: { name: { "46701234567": "Ann", default: "you" } },
  send_at: "2026-12-01T09:00:00Z",
  options: { flash_message: true, max_number_of_message_parts: 3 },
};

const STAGED = { from: "Volley", body: "Hi", staged: { id: "s1", recipients: 1_500 } };

function digestOf(data: object): string {
  const read = "staged" in data ? readStagedSend(data, NOW) : readSend(data, NOW);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return contentDigest(read.send);
}

describe("contentDigest", () => {
  test("is 20 hexadecimal digits, as a part may say it", () => {
    expect(digestOf(SEND)).toMatch(/^[0-9a-f]{20}$/);
    expect(readSend({ ...SEND, content_digest: digestOf(SEND) }, NOW).ok).toBe(true);
  });

  test.each<[string, object]>([
    ["in another order", Object.fromEntries(Object.entries(SEND).toReversed())],
    ["to people in another order", { ...SEND, to: SEND.to.toReversed() }],
    ["with numbers spelled otherwise", { ...SEND, to: ["+46 70 123 45 67", "0046701234568"] }],
    [
      "with values by numbers spelled otherwise",
      { ...SEND, parameters: { name: { default: "you", "+46701234567": "Ann" } } },
    ],
    ["with somebody twice, and somebody who is no recipient", { ...SEND, to: [...SEND.to, "46701234567", "+1"] }],
    ["with its time in another zone", { ...SEND, send_at: "2026-12-01T10:00:00+01:00" }],
    ["with its type", { ...SEND, type: "mt_text", v: 1 }],
    ["with options in another order", { ...SEND, options: { max_number_of_message_parts: 3, flash_message: true } }],
    ["with another expiry", { ...SEND, expire_at: "2026-12-01T18:00:00Z" }],
    [
      "with another reference, priority and report",
      { ...SEND, client_reference: "x", priority: "urgent", delivery_report: "full" },
    ],
  ])("is the same of the same content %s", (_, data) => {
    expect(digestOf(data)).toBe(digestOf(SEND));
  });

  test.each<[string, object]>([
    ["text", { ...SEND, body: "Hi ${name}." }],
    ["sender", { ...SEND, from: "Volley" }],
    ["no sender", { ...SEND, from: undefined }],
    ["one more person", { ...SEND, to: [...SEND.to, "46701234569"] }],
    ["somebody else", { ...SEND, to: ["46701234567", "46701234569"] }],
    ["value", { ...SEND, parameters: { name: { "46701234567": "Bo", default: "you" } } }],
    ["default", { ...SEND, parameters: { name: { "46701234567": "Ann", default: "all" } } }],
    ["time", { ...SEND, send_at: "2026-12-01T09:00:01Z" }],
    ["no time", { ...SEND, send_at: undefined }],
    ["option", { ...SEND, options: { flash_message: true } }],
  ])("is another one with another %s", (_, data) => {
    expect(digestOf(data)).not.toBe(digestOf(SEND));
  });

  test("of a staged send is of its stage", () => {
    const others = [
      { ...STAGED, staged: { id: "s2", recipients: 1_500 } },
      { ...STAGED, staged: { id: "s1", recipients: 1_501 } },
      { ...STAGED, body: "Ho" },
    ];
    expect(new Set([STAGED, ...others].map(digestOf)).size).toBe(4);
    expect(digestOf({ ...STAGED, staged: { ...STAGED.staged, duplicate: 3 } })).toBe(digestOf(STAGED));
  });

  test("of a part is what the part says of the whole", () => {
    const content_digest = digestOf(SEND);
    expect(digestOf({ ...SEND, to: ["46701234567"], content_digest })).toBe(content_digest);
    expect(digestOf({ ...STAGED, staged: { ...STAGED.staged, piece: 1 }, content_digest })).toBe(content_digest);
  });

  test("does not depend on the order of people, however many there are", () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 46_700_000_000, max: 46_799_999_999 }).map(String), {
      minLength: 1,
    });
    fc.assert(
      fc.property(numbers, fc.nat(), (to, by) => {
        const turned = [...to.slice(by % to.length), ...to.slice(0, by % to.length)];
        expect(digestOf({ from: "Volley", body: "Hi", to: turned })).toBe(digestOf({ from: "Volley", body: "Hi", to }));
      }),
    );
  });
});
