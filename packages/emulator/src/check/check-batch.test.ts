import { describe, expect, test } from "@jest/globals";
import { checkBatch } from "./check-batch.ts";
import type { BatchRules } from "./check-batch.ts";

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const GROUP = "01HEAWCHESCXG8SDG5R10VF8E1";
const RULES: BatchRules = {
  nowMs: NOW_MS,
  hasDefaultOriginator: false,
  hasDefaultCallbackUrl: false,
  knowsGroup: (id) => id === GROUP,
};
const BATCH = { from: "12015550123", to: ["46701234567"], body: "Hi" };
const MEDIA = { ...BATCH, type: "mt_media", body: { url: "https://example.com/a.jpg" } };
const BINARY = { ...BATCH, type: "mt_binary", body: "SGVsbG8=", udh: "06050423F423F4" };

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

function codeOf(batch: unknown): string {
  const checked = checkBatch(batch, RULES);
  return "code" in checked ? checked.code : "accepted";
}

describe("checkBatch", () => {
  test.each<[string, unknown]>([
    ["the least there is", BATCH],
    ["1,000 recipients", { ...BATCH, to: numbers(1_000) }],
    ["groups and numbers in one list", { ...BATCH, to: [GROUP, "+46 70 123 45 67"] }],
    ["an empty body", { ...BATCH, body: "" }],
    ["2,000 characters", { ...BATCH, body: "x".repeat(2_000) }],
    ["an alphanumeric sender of 11 characters", { ...BATCH, from: "VOLLEY NEWS" }],
    ["a short code as sender", { ...BATCH, from: "12345" }],
    ["nulls for absent fields", { ...BATCH, parameters: null, send_at: null, expire_at: null, callback_url: null }],
    [
      "a parameter of 1,600 characters",
      { ...BATCH, parameters: { [`${"k".repeat(13)}._-`]: { default: "x".repeat(1_600) } } },
    ],
    ["a reference of 2,048 characters", { ...BATCH, client_reference: "x".repeat(2_048) }],
    ["an expiry three days from now", { ...BATCH, expire_at: "2026-11-26T12:00:00Z" }],
    [
      "an expiry three days after send_at",
      { ...BATCH, send_at: "2026-12-01T09:00:00+01:00", expire_at: "2026-12-04T08:00:00" },
    ],
    ["a send_at in the past", { ...BATCH, send_at: "2026-11-01T00:00:00Z", expire_at: "2026-11-24T00:00:00Z" }],
    ["a report with a callback URL", { ...BATCH, delivery_report: "full", callback_url: "https://example.com/" }],
    ["a callback URL in capital letters", { ...BATCH, callback_url: "HTTPS://EXAMPLE.COM/" }],
    ["nulls for absent parameters", { ...BATCH, parameters: { name: null, code: { default: null } } }],
    ["a media message", MEDIA],
    ["a binary message", BINARY],
    ["fields it does not know", { ...BATCH, something_new: 1 }],
  ])("accepts %s", (_name, batch) => {
    expect(codeOf(batch)).toBe("accepted");
  });

  test.each<[string, unknown]>([
    ["no recipients", { from: "12345", body: "Hi" }],
    ["an empty list", { ...BATCH, to: [] }],
    ["1,001 recipients", { ...BATCH, to: numbers(1_001) }],
    ["no sender", { to: ["46701234567"], body: "Hi" }],
    ["no body", { from: "12345", to: ["46701234567"] }],
    ["2,001 characters", { ...BATCH, body: "x".repeat(2_001) }],
    ["a parameter key of 17 characters", { ...BATCH, parameters: { [`k`.repeat(17)]: {} } }],
    ["a parameter key with a space", { ...BATCH, parameters: { "a b": {} } }],
    ["a parameter of 1,601 characters", { ...BATCH, parameters: { name: { default: "x".repeat(1_601) } } }],
    ["a reference of 2,049 characters", { ...BATCH, client_reference: "x".repeat(2_049) }],
    ["an expiry before send_at", { ...BATCH, send_at: "2026-12-02T00:00:00Z", expire_at: "2026-12-01T00:00:00Z" }],
    ["an expiry in the past", { ...BATCH, expire_at: "2026-11-23T11:59:59Z" }],
    [
      "an expiry over three days after send_at",
      { ...BATCH, send_at: "2026-12-01T00:00:00Z", expire_at: "2026-12-04T00:00:00.001Z" },
    ],
    ["an unknown report", { ...BATCH, delivery_report: "everything" }],
    ["an unknown type", { ...BATCH, type: "mt_pigeon" }],
    ["no segment at all", { ...BATCH, max_number_of_message_parts: 0 }],
    ["a media message without URL", { ...MEDIA, body: { message: "Hi" } }],
    ["a binary message without header", { ...BINARY, udh: undefined }],
    ["a binary message of 141 bytes", { ...BINARY, body: Buffer.alloc(134).toString("base64") }],
  ])("refuses %s as syntax_constraint_violation", (_name, batch) => {
    expect(codeOf(batch)).toBe("syntax_constraint_violation");
  });

  test.each<[string, unknown]>([
    ["an alphanumeric sender of 12 characters", { ...BATCH, from: "VOLLEYNEWS12" }],
    ["a sender of 19 digits", { ...BATCH, from: "1".repeat(19) }],
    ["a send_at that is no time", { ...BATCH, send_at: "tomorrow" }],
    ["a callback URL that is none", { ...BATCH, callback_url: "example" }],
    ["a callback URL that is no http", { ...BATCH, callback_url: "ftp://example.com/" }],
    ["a media URL that is no http", { ...MEDIA, body: { url: "ftp://example.com/a.jpg" } }],
    ["a flash_message that is no boolean", { ...BATCH, flash_message: "tru" }],
    ["a binary body that is no Base64", { ...BINARY, body: "%%%" }],
    ["a header that is no hexadecimal", { ...BINARY, udh: "0G" }],
  ])("refuses %s as syntax_invalid_parameter_format", (_name, batch) => {
    expect(codeOf(batch)).toBe("syntax_invalid_parameter_format");
  });

  test.each<[string, unknown]>([
    ["an array", []],
    ["null", null],
    ["a list of recipients that is none", { ...BATCH, to: "46701234567" }],
    ["a recipient that is a number", { ...BATCH, to: [46701234567] }],
    ["a body that is an object", { ...BATCH, body: {} }],
    ["parameters that are a list", { ...BATCH, parameters: [] }],
    ["a parameter that is no text", { ...BATCH, parameters: { name: { default: 1 } } }],
  ])("refuses %s as syntax_invalid_json", (_name, batch) => {
    expect(codeOf(batch)).toBe("syntax_invalid_json");
  });

  test("names the first bad recipient only, in Sinch's words", () => {
    const refusal = { status: 400, code: "syntax_invalid_parameter_format" };
    expect(checkBatch({ ...BATCH, to: ["+1"] }, RULES)).toEqual({
      ...refusal,
      text: "The format of parameter 'to[0]' is invalid; value '+1' is not a valid MSISDN or group ID.",
    });
    expect(checkBatch({ ...BATCH, to: ["46701234567", "x", "y"] }, RULES)).toEqual({
      ...refusal,
      text: "The format of parameter 'to[1]' is invalid; value 'x' is not a valid MSISDN or group ID.",
    });
  });

  test("forbids a report without a callback URL", () => {
    expect(checkBatch({ ...BATCH, delivery_report: "summary" }, RULES)).toMatchObject({
      status: 403,
      code: "missing_callback_url",
    });
    expect(codeOf({ ...BATCH, delivery_report: "none" })).toBe("accepted");
    const checked = checkBatch({ ...BATCH, delivery_report: "summary" }, { ...RULES, hasDefaultCallbackUrl: true });
    expect("code" in checked).toBe(false);
  });

  test("forbids a group that does not exist", () => {
    expect(checkBatch({ ...BATCH, to: [GROUP, "01HEAWCHESCXG8SDG5R10VF8E2"] }, RULES)).toMatchObject({
      status: 403,
      code: "unknown_group",
    });
  });

  test("lets the sender be left out where the plan picks one", () => {
    const checked = checkBatch({ to: ["46701234567"], body: "Hi" }, { ...RULES, hasDefaultOriginator: true });
    expect("code" in checked).toBe(false);
  });

  test("computes the expiry: three days after send_at, or from now when that is absent or past", () => {
    const DAYS_MS = 24 * 60 * 60 * 1_000;
    expect(checkBatch(BATCH, RULES)).toMatchObject({ window: { expireAtMs: NOW_MS + 3 * DAYS_MS } });
    expect(checkBatch({ ...BATCH, send_at: "2026-12-01" }, RULES)).toMatchObject({
      window: { expireAtMs: Date.UTC(2026, 11, 4) },
    });
    expect(checkBatch({ ...BATCH, send_at: "2026-11-01" }, RULES)).toMatchObject({
      window: { expireAtMs: NOW_MS + 3 * DAYS_MS },
    });
  });
});
