import { describe, expect, test } from "@jest/globals";
import { InvalidSendError } from "../problems/invalid-send-error.ts";
import { readSend } from "./read-send.ts";

const now = new Date("2026-11-01T12:00:00Z");
const minimal = { from: "12015550123", to: ["46701234567"], body: "Hi!" };

function problems(data: unknown): { field: string; message: string }[] {
  const read = readSend(data, now);
  return read.ok ? [] : read.problems;
}

describe("problems never hold recipients, text or values", () => {
  const number = "46709876543";
  const text = "Dear Ann";

  test.each([
    ["a recipient who is not one", { to: [`${number}000000`] }],
    ["recipients in place of a list", { to: `${number},${number}` }],
    ["a recipient as a number", { to: [Number(number)] }],
    ["a recipient beside another mistake", { to: [`x${number}`], from: "" }],
    ["a recipient in place of a field", { [number]: text }],
    ["a recipient with separators in place of a field", { "+46 70-987 65 43": text }],
    ["a body that is no text", { body: [text] }],
    ["a body that is too long", { body: text.repeat(300) }],
    ["a text in place of Base64", { type: "mt_binary", body: text }],
    ["a text in the place of a media body's field", { type: "mt_media", body: { [text]: text, url: text } }],
    ["a parameter's value that is no text", { parameters: { name: { [number]: [text] } } }],
    ["a parameter's value that is too long", { parameters: { name: { [number]: text.repeat(300) } } }],
    ["parameters the wrong way round", { parameters: { [number]: text } }],
    ["parameters the wrong way round, with a plus", { parameters: { [`+${number}`]: { name: text } } }],
    ["a text as a parameter's name", { parameters: { [`{${text}}`]: { default: text } } }],
    ["a recipient as a parameter's name", { parameters: { [number]: { name: text } } }],
    ["a recipient among the options", { options: { [number]: undefined } }],
    ["a recipient in an option of ours", { options: { to: [number], body: text } }],
  ])("%s", (_, fields) => {
    const found = problems({ ...minimal, ...fields });
    expect(found).not.toEqual([]);
    const said = new InvalidSendError(found).message.replaceAll(/[\s+-]/g, "");
    expect(said).not.toContain("9876543");
    expect(said).not.toContain("DearAnn");
  });

  test("nor the password in a callback URL", () => {
    const [problem] = problems({ ...minimal, callback_url: "ftp://user:secret@example.com" });
    expect(problem?.message).not.toContain("secret");
  });
});

describe("readSend, whatever comes", () => {
  test("takes names that every object has for what they are", () => {
    const data: unknown = JSON.parse(`{
      "from": "12015550123", "to": ["46701234567"], "body": "Hi \${constructor}!",
      "parameters": { "constructor": { "default": "a", "46701234567": "b" } },
      "options": { "constructor": { "prototype": { "polluted": true } }, "toString": 1, "hasOwnProperty": [null] }
    }`);
    const read = readSend(data, now);
    expect(read.ok && read.send.message.options).toEqual({
      constructor: { prototype: { polluted: true } },
      toString: 1,
      hasOwnProperty: [null],
    });
    expect(read.ok && read.send.parameters.get("constructor")?.get("46701234567")).toBe("b");
  });

  test.each([
    ["at the top", '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'],
    ["in parameters", '{"parameters": {"__proto__": {"polluted": "x"}, "name": {"__proto__": "x"}}}'],
    ["in options", '{"options": {"__proto__": {"polluted": true}, "a": {"__proto__": {"polluted": true}}}}'],
    ["in the body", '{"type": "mt_media", "body": {"__proto__": {"url": "https://example.com", "polluted": true}}}'],
    ["in place of recipients", '{"to": {"__proto__": ["46701234567"], "polluted": true}}'],
  ])("is not harmed by __proto__ %s", (_, json) => {
    const fields: object = JSON.parse(json);
    const data: object = JSON.parse(JSON.stringify(minimal));
    for (const key of Object.keys(fields)) {
      const value: unknown = Reflect.get(fields, key);
      Object.defineProperty(data, key, { value, enumerable: true, configurable: true, writable: true });
    }
    const read = readSend(data, now);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(read.ok && Reflect.get(read.send.message, "polluted")).toBeFalsy();
    expect(read.ok && Reflect.get(read.send.message.options ?? {}, "polluted")).toBeFalsy();
  });

  test("refuses __proto__ and constructor as fields", () => {
    const data: unknown = JSON.parse('{"from":"V","to":["46701234567"],"body":"Hi","__proto__":{},"constructor":1}');
    expect(problems(data)).toEqual([
      { field: "__proto__", message: "unknown field" },
      { field: "constructor", message: "unknown field" },
    ]);
  });

  test("refuses nesting that would exhaust the stack", () => {
    let deep: unknown = "x";
    for (let level = 0; level < 50_000; level += 1) deep = { deep };
    const expected = [{ field: "send", message: "expected at most 32 levels of objects and lists, got more" }];
    expect(problems({ ...minimal, options: { deep } })).toEqual(expected);
    expect(problems({ ...minimal, body: deep })).toEqual(expected);
  });

  test("calls 100,000 equal mistakes a few problems", () => {
    const found = problems({ ...minimal, to: Array.from({ length: 100_000 }, (_, index) => index) });
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toEqual({ field: "to", message: "and 99,980 more problems" });
  });

  test("says once what is wrong with every value of a parameter", () => {
    const values = Object.fromEntries(Array.from({ length: 22 }, (_, index) => [`4670123450${index}`, index]));
    expect(problems({ ...minimal, parameters: { code: values } })).toEqual([
      { field: "parameters.code", message: "expected a string, got a number" },
      { field: "parameters", message: "and 2 more problems" },
    ]);
  });

  test("names the first 20 of many unknown fields", () => {
    const fields = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`unheard_of_${index}`, 1]));
    const found = problems({ ...minimal, ...fields });
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toEqual({ field: "send", message: "and 1 more problem" });
  });

  test("names the first 20 of many bad recipients when nobody is left", () => {
    expect(problems({ ...minimal, to: Array(1_000).fill("+1") })).toHaveLength(20);
  });

  test("leaves what it was given as it was", () => {
    const data = Object.freeze({ ...minimal, to: Object.freeze(["46701234567", "+46701234567"]) });
    expect(readSend(data, now).ok).toBe(true);
  });
});
