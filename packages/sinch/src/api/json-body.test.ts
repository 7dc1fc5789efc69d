import { describe, expect, test } from "@jest/globals";
import { bodyWithNulls, bodyWithoutNulls } from "./json-body.ts";

const fields = { a: null, b: undefined, c: { d: null, e: [1] }, f: new Date(0) };

test("leaves nulls out where something is made", () => {
  expect(bodyWithoutNulls(fields)).toBe('{"c":{"e":[1]},"f":"1970-01-01T00:00:00.000Z"}');
});

test("says null where something is changed", () => {
  expect(bodyWithNulls(fields)).toBe('{"a":null,"c":{"d":null,"e":[1]},"f":"1970-01-01T00:00:00.000Z"}');
});

describe("a time that is none", () => {
  const invalid = new Date("nonsense");
  const refusal = { kind: "rejected", status: 400, code: "invalid_time" };

  test.each<[object, string]>([
    [{ body: "Hi!", send_at: invalid }, "send_at"],
    [{ body: null, to: ["46701234567"], expire_at: invalid }, "expire_at"],
    [{ parameters: { name: { "46701234567": invalid } } }, "parameters"],
    [{ tomorrow: [[{ at: invalid }]] }, "tomorrow"],
  ])("is refused and not taken for null, and only its field is named: %p", (body, name) => {
    const text = `${name}: expected a time, got an invalid Date`;
    expect(bodyWithNulls(body)).toEqual({ ...refusal, text });
    expect(bodyWithoutNulls(body)).toEqual({ ...refusal, text });
  });

  test("is not seen in a word", () => {
    const body = { body: "null and void", send_at: new Date(0), expire_at: "null" };
    const text = '{"body":"null and void","send_at":"1970-01-01T00:00:00.000Z","expire_at":"null"}';
    expect([bodyWithNulls(body), bodyWithoutNulls(body)]).toEqual([text, text]);
  });
});

describe("a number that is none", () => {
  test.each<[object, string, string]>([
    [{ max_number_of_message_parts: Number.NaN }, "max_number_of_message_parts", "NaN"],
    [{ options: [{ deep: -Infinity }], send_at: null }, "options", "-Infinity"],
  ])("is refused and not taken for null: %p", (body, name, got) => {
    const text = `${name}: expected a number, got ${got}`;
    const refusal = { kind: "rejected", status: 400, code: "invalid_number", text };
    expect(bodyWithNulls(body)).toEqual(refusal);
    expect(bodyWithoutNulls(body)).toEqual(refusal);
  });
});

describe("what JSON cannot hold", () => {
  const itself: { self?: object } = {};
  itself.self = itself;
  const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as object;

  test.each<[string, object, string]>([
    ["an object that holds itself", { body: "Hi!", parameters: itself }, "parameters"],
    ["a BigInt", { to: ["46701234567"], tomorrow: 1n }, "tomorrow"],
    [
      "an object that cannot be read",
      {
        options: {
          toJSON: () => {
            throw new Error("no");
          },
        },
      },
      "options",
    ],
    [
      "a body that cannot be read",
      {
        toJSON: () => {
          throw new Error("no");
        },
      },
      "body",
    ],
    ["a list that is nested too deep", { deep }, "deep"],
  ])("is refused, and its field is named: %s", (_, body, name) => {
    const text = `${name}: expected what JSON can hold`;
    const refusal = { kind: "rejected", status: 400, code: "invalid_body", text };
    expect(bodyWithNulls(body)).toEqual(refusal);
    expect(bodyWithoutNulls(body)).toEqual(refusal);
  });
});
