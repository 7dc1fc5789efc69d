import { describe, expect, it } from "@jest/globals";

import { serializeError } from "./serialize-error.ts";

describe("serializeError", () => {
  it("keeps type, code, message and stack, and nothing else", () => {
    const error = Object.assign(new TypeError("no"), { code: "E_NO", options: { headers: { authorization: "hush" } } });
    expect(serializeError(error)).toEqual({ type: "TypeError", code: "E_NO", message: "no", stack: error.stack });
  });

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
