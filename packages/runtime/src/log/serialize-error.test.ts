import { describe, expect, it } from "@jest/globals";

import { serializeError } from "./serialize-error.ts";

describe("serializeError", () => {
  it("keeps type, code, message and stack, and nothing else", () => {
    const error = Object.assign(new TypeError("no"), { code: "E_NO", options: { headers: { authorization: "hush" } } });
    expect(serializeError(error)).toEqual({ type: "TypeError", code: "E_NO", message: "no", stack: error.stack });
  });

  it.each([
    ["Missing lock for job +46 70-123 45 67. moveToFinished", "Missing lock for job (number). moveToFinished"],
    ["connect ECONNREFUSED 192.168.100.200:6379", "connect ECONNREFUSED 192.168.100.200:6379"],
  ])("hides a phone number in %j, in its stack, too", (message, shown) => {
    const serialized = serializeError(new Error(message));
    expect(serialized.message).toBe(shown);
    expect(serialized.stack).toMatch(`Error: ${shown}\n    at `);
    expect(JSON.stringify(serialized)).not.toContain("70-123");
  });

  it.each(["Dear Ann, 46701234567", '{"to":["46701234567"', '{"body":"Dear Ann" "to"', '["Dear Ann"', "Dear Ann"])(
    "keeps nothing of %j, which is no JSON",
    (text) => {
      let thrown: unknown;
      try {
        JSON.parse(text);
      } catch (error) {
        thrown = error;
      }
      const serialized = serializeError(thrown);
      expect(serialized).toMatchObject({ type: "SyntaxError", message: "not JSON" });
      expect(JSON.stringify(serialized)).not.toMatch(/4670|Ann|Dear|to"/);
    },
  );

  it("names causes without their messages, however deep", () => {
    const lowest = Object.assign(new Error("46701234567"), { code: 7 });
    const cause = new AggregateError([lowest], "hush");
    const error = new Error("failed", { cause: new RangeError("hush", { cause }) });
    expect(serializeError(error).causes).toEqual([
      { type: "RangeError" },
      { type: "AggregateError" },
      { type: "Error", code: 7 },
    ]);
  });

  it("does not follow causes in a circle", () => {
    const error = new Error("round");
    error.cause = error;
    expect(serializeError(error).causes).toHaveLength(5);
  });

  it("drops a code that is a text of its own", () => {
    expect(serializeError(Object.assign(new Error("no"), { code: "to +46 70" }))).not.toHaveProperty("code");
  });

  it.each(["46701234567", { to: "46701234567" }, undefined])("keeps nothing of what is no error: %j", (thrown) => {
    expect(JSON.stringify(serializeError(thrown))).not.toContain("4670");
    expect(serializeError(thrown).type).toBe(typeof thrown);
  });
});
