import { expect, it } from "@jest/globals";
import { pieceOf, stagedOf, stageKey } from "./staged.ts";

it.each([
  { recipients: 1, piece: undefined, sends: 0 },
  { recipients: 1_000, piece: undefined, sends: 0 },
  { recipients: 1_001, piece: undefined, sends: null },
  { recipients: 1_000, piece: 7, sends: 7 },
  { recipients: 3, piece: 0, sends: 0 },
])("a job with $recipients staged recipients and piece $piece sends piece $sends itself", (given) => {
  const { recipients, piece, sends } = given;
  expect(pieceOf({ id: "s1", recipients, ...(piece !== undefined && { piece }) })).toBe(sends);
});

it("keeps a stage in the slot of its queue", () => {
  expect(stageKey("{volley}", "s1")).toBe("{volley}:stages:s1");
});

it("reads where recipients are staged from whatever it is given", () => {
  const staged = { id: "s1", recipients: 5 };
  expect(stagedOf({ from: "Volley", staged })).toEqual(staged);
  for (const data of [null, 5, "x", {}, { staged: {} }, { staged: { id: "../x", recipients: 5 } }]) {
    expect(stagedOf(data)).toBeNull();
  }
});

it.each(["recipients", "duplicate", "rejected", "piece"])("a count of %s has at most nine digits", (field) => {
  const staged = { id: "a", recipients: 1 };
  expect(stagedOf({ staged: { ...staged, [field]: 999_999_999 } })).toMatchObject({ [field]: 999_999_999 });
  expect(stagedOf({ staged: { ...staged, [field]: 1_000_000_000 } })).toBeNull();
});
