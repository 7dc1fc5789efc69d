import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { listOf, texts, textsByNameField, textsField } from "./optional-field.ts";

const entries = listOf(z.looseObject({ id: z.string() }));

describe("a list of entries", () => {
  test("is read with what nobody knows yet", () => {
    const list = [{ id: "a", tomorrow: [1] }, { id: "b" }];
    expect(entries.parse(list)).toEqual(list);
    expect(entries.parse([])).toEqual([]);
  });

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["an object", { 0: { id: "a" } }],
    ["an entry of another form among good ones", [{ id: "a" }, 0, { id: "b" }]],
    ["a million entries", Array.from({ length: 1_000_000 }, () => ({ id: "a" }))],
  ])("is not found in %s", (_, value) => {
    expect(entries.safeParse(value).success).toBe(false);
  });

  test("is told once to be none, however many entries are wrong", () => {
    const wrong = Array.from({ length: 100_000 }, () => 0);
    expect(entries.safeParse(wrong).error?.issues).toHaveLength(1);
    expect(texts.safeParse(wrong).error?.issues).toHaveLength(1);
  });
});

test("texts, and texts by name, are taken as they are or not at all", () => {
  expect([textsField.parse(["a", "b"]), textsField.parse(["a", 1]), textsField.parse(undefined)]).toEqual([
    ["a", "b"],
    undefined,
    undefined,
  ]);
  const named = { name: { "46701234567": "Ann", default: "there" }, code: {} };
  expect(textsByNameField.parse(named)).toEqual(named);
  for (const other of [{ name: { a: 1 } }, { name: ["Ann"] }, { name: null }, [], "none", undefined]) {
    expect(textsByNameField.parse(other)).toBeUndefined();
  }
});
