import { LIMITS, readStagedSend } from "@volley/contract";
import { describe, expect, it, test } from "@jest/globals";
import { createPartReader } from "./read-part.ts";

const NOW = new Date("2026-12-01T09:00:00Z");

const PART = {
  type: "mt_text",
  from: "12015550123",
  body: "Hi ${name}",
  parameters: { name: { default: "you" } },
  send_at: "2026-12-01T08:00:00Z",
  expire_at: "2026-12-03T08:00:00Z",
  staged: { id: "s1", recipients: 1_000, piece: 0 },
};

const NEXT = { ...PART, staged: { id: "s1", recipients: 17, piece: 1 } };

function fromJson(data: unknown): unknown {
  return JSON.parse(typeof data === "string" ? data : JSON.stringify(data));
}

/** A reader that has read a part of the send already. */
function begun(): typeof readStagedSend {
  const read = createPartReader();
  read(fromJson(PART), NOW);
  return read;
}

test("the next part of a send is read as any, and what it shares with the others is the same", () => {
  const read = createPartReader();
  const [first, next] = [read(fromJson(PART), NOW), read(fromJson(NEXT), NOW)];
  expect([first, next]).toEqual([readStagedSend(PART, NOW), readStagedSend(NEXT, NOW)]);
  expect(next.ok && first.ok && next.send.message === first.send.message).toBe(true);
});

describe("a part that differs in anything", () => {
  const deep = `{"staged":${JSON.stringify(NEXT.staged)},"options":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;

  it.each<[title: string, data: unknown]>([
    ["another text", { ...NEXT, body: "Ho ${name}" }],
    ["another default", { ...NEXT, parameters: { name: { default: "he" } } }],
    ["another expiry", { ...NEXT, expire_at: "2026-12-02T08:00:00Z" }],
    ["an unknown field", { ...NEXT, hello: 1 }],
    ["a field that is null", { ...NEXT, send_at: null }],
    ["recipients of its own", { ...NEXT, to: ["46701234567"] }],
    ["no stage", { ...NEXT, staged: undefined }],
    ["a stage that is none", { ...NEXT, staged: { id: "s 1", recipients: 1 } }],
    ["more people than there can be", { ...NEXT, staged: { id: "s1", recipients: LIMITS.stagedRecipients + 1 } }],
    ["a list", [NEXT]],
    ["nothing", null],
    ["a key that JavaScript uses itself", `{"__proto__":1,${JSON.stringify(NEXT).slice(1)}`],
    ["more levels than can be written", deep],
  ])("is read by itself: %s", (_, data) => {
    expect(begun()(fromJson(data), NOW)).toEqual(readStagedSend(fromJson(data), NOW));
  });
});

test("parts of many sends are read as they are, however many are known", () => {
  const read = begun();
  for (let send = 0; send < 40; send += 1) {
    const data = { ...NEXT, body: `${send}`, parameters: undefined };
    expect([read(fromJson(data), NOW), read(fromJson(data), NOW)]).toEqual(
      Array.from({ length: 2 }, () => readStagedSend(fromJson(data), NOW)),
    );
  }
});
