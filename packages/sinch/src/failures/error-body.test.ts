import { describe, expect, test } from "@jest/globals";
import { readErrorBody } from "./error-body.ts";

describe("readErrorBody", () => {
  test.each([
    [
      "the documented shape",
      { code: "syntax_invalid_parameter_format", text: "The format of parameter 'to[0]' is invalid" },
      ["syntax_invalid_parameter_format", "The format of parameter 'to[0]' is invalid"],
    ],
    ["description in place of text", { code: "x", description: "why" }, ["x", "why"]],
    ["a number as code", { code: 400, text: "why" }, ["400", "why"]],
    [
      "Spring's default",
      { timestamp: "2026-12-01T08:00:00Z", status: 400, error: "Bad Request", path: "/xms/v1/plan/batches" },
      [null, "Bad Request"],
    ],
    ["Spring's default with a message", { status: 403, error: "Forbidden", message: "why" }, [null, "why"]],
    [
      "an error object",
      { error: { code: 400, message: "why", status: "INVALID_ARGUMENT", details: [] } },
      ["INVALID_ARGUMENT", "why"],
    ],
    ["an error object without a status", { error: { code: 400, message: "why" } }, ["400", "why"]],
    [
      "problem+json",
      { type: "https://example.com/errors/too-many-requests", title: "Too many", detail: "slow down" },
      ["too-many-requests", "Too many: slow down"],
    ],
    [
      "problem+json, a slash at the end",
      { type: "https://example.com/errors/x/", title: "Too many" },
      ["x", "Too many"],
    ],
    ["problem+json without a title", { type: "about:blank", detail: "slow down" }, [null, "slow down"]],
    ["an empty object", {}, [null, null]],
    ["empty fields", { code: "", text: "" }, [null, null]],
    ["fields that are no text", { code: { a: 1 }, text: ["a"], error: null, type: 5 }, ["5", null]],
    ["a list", ["a"], [null, null]],
    ["an error object with nothing in it", { error: {} }, [null, null]],
  ])("reads %s", (_, body, [code, text]) => {
    expect(readErrorBody(JSON.stringify(body))).toEqual({ code, text });
  });

  test.each([
    ["nothing", "", null],
    ["whitespace", " \r\n", null],
    ["plain text", " upstream timed out\n", "upstream timed out"],
    ["HTML", "<html><body>502 Bad Gateway</body></html>", "<html><body>502 Bad Gateway</body></html>"],
    ["JSON that was cut off", '{"code": "x', '{"code": "x'],
    ["a JSON text", '"why"', '"why"'],
    ["a JSON null", "null", "null"],
  ])("takes %s as it is, without a code", (_, body, text) => {
    expect(readErrorBody(body)).toEqual({ code: null, text });
  });

  test("keeps the first 500 characters", () => {
    expect(readErrorBody("x".repeat(500)).text).toBe("x".repeat(500));
    expect(readErrorBody("x".repeat(501)).text).toBe(`${"x".repeat(500)}…`);
    expect(readErrorBody(JSON.stringify({ text: "x".repeat(501) })).text).toBe(`${"x".repeat(500)}…`);
  });

  test.each([
    { code: "number 46701234567 is invalid" },
    { code: "46701234567" },
    { code: 46701234567 },
    { code: "x".repeat(65) },
    { error: { status: "to 46701234567" } },
    { error: { code: "+46701234567" } },
    { type: "https://example.com/errors/46701234567" },
  ])("takes no code that could hold a recipient: %p", (body) => {
    expect(readErrorBody(JSON.stringify(body)).code).toBeNull();
  });
});
