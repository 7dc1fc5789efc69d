import { describe, expect, test } from "@jest/globals";
import { isStaged, readSend, readStagedSend } from "./read-send.ts";

const now = new Date("2026-11-01T12:00:00Z");
const minimal = { from: "12015550123", body: "Hi!", staged: { id: "abc-1", recipients: 1_000_000 } };

test("a staged send has its stage in place of recipients", () => {
  const data = { ...minimal, parameters: { name: { default: "there" } }, send_at: "2026-11-02T12:00:00Z" };
  expect(isStaged(data)).toBe(true);
  expect(readStagedSend(data, now)).toEqual({
    ok: true,
    send: {
      message: { from: "12015550123", body: "Hi!", send_at: "2026-11-02T12:00:00Z" },
      staged: { id: "abc-1", recipients: 1_000_000 },
      parameters: new Map([["name", new Map([["default", "there"]])]]),
      sendAt: new Date("2026-11-02T12:00:00Z"),
      expireAt: null,
    },
  });
});

test("a send with a list is not staged, and one with a stage has no list", () => {
  const { staged: _, ...unstaged } = minimal;
  expect(isStaged({ ...unstaged, to: ["46701234567"] })).toBe(false);
  expect(readSend(minimal, now).ok).toBe(false);
});

describe("what cannot be is refused by name", () => {
  test.each([
    ["both a list and a stage", { to: ["46701234567"] }, "to"],
    ["no ID", { staged: { recipients: 1 } }, "staged.id"],
    ["an ID that could name another key", { staged: { id: "a:b", recipients: 1 } }, "staged.id"],
    ["nobody", { staged: { id: "a", recipients: 0 } }, "staged.recipients"],
    ["half a recipient", { staged: { id: "a", recipients: 1.5 } }, "staged.recipients"],
    ["a piece before the first", { staged: { id: "a", recipients: 1, piece: -1 } }, "staged.piece"],
    ["no object", { staged: "a" }, "staged"],
    [
      "an expiry before the beginning",
      { send_at: "2026-11-02T12:00:00Z", expire_at: "2026-11-02T11:00:00Z" },
      "expire_at",
    ],
    ["an unknown priority", { priority: "high" }, "priority"],
  ])("%s", (_, fields, field) => {
    const read = readStagedSend({ ...minimal, ...fields }, now);
    expect(read.ok ? [] : read.problems.map((problem) => problem.field)).toContain(field);
  });
});
