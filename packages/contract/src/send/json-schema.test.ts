import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { sendJsonSchema } from "./json-schema.ts";
import { readSend } from "./read-send.ts";

const now = new Date("2026-11-01T12:00:00Z");
const minimal = { from: "12015550123", to: ["46701234567"], body: "Hi!" };
const file: object = JSON.parse(readFileSync(new URL("../../send.schema.json", import.meta.url), "utf8"));

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv, ["uri"]);
ajv.addFormat("base64", true);
const isValid = ajv.compile(file);

test("the file in the repository is current; if not: pnpm build, then pnpm --filter @volley/contract schema", () => {
  expect(file).toEqual(JSON.parse(JSON.stringify(sendJsonSchema())));
});

test("it says what it is", () => {
  expect(file).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:volley:send:v1",
    title: "Volley send",
  });
});

describe("the schema takes what readSend takes", () => {
  test.each([
    ["the smallest send", {}],
    [
      "every field",
      {
        v: 1,
        type: "mt_text",
        send_at: "2026-12-01T09:00:00+01:00",
        expire_at: "2026-12-01T18:00:00",
        parameters: { name: { "+46 70 123 45 67": "Ann", default: "there" } },
        delivery_report: "per_recipient_final",
        callback_url: "HTTPS://example.com/reports?a=b",
        client_reference: "spring-campaign",
        label: "Frühling 👩‍💻",
        retry_codes: [201, 404],
        options: { flash_message: false, tags: ["a", { b: null }], max_number_of_message_parts: 3 },
      },
    ],
    ["a time without seconds, a short offset", { send_at: "2026-12-01t09:00+01" }],
    ["a binary send", { type: "mt_binary", body: "SGVsbG8=", options: { udh: "06050423F423F4" } }],
    ["no sender, where the account has automatic originators", { from: undefined }],
    ["a media send", { type: "mt_media", body: { url: "https://example.com/a.jpg", subject: "Hi" } }],
    ["a bad recipient beside a good one", { to: ["46701234567", "+1"] }],
    ["a sender of letters", { from: "Volley Ltd." }],
    ["an urgent one", { priority: "urgent" }],
    [
      "every field that may be left out as a null",
      {
        v: null,
        type: null,
        from: null,
        staged: null,
        priority: null,
        parameters: null,
        send_at: null,
        expire_at: null,
        delivery_report: null,
        callback_url: null,
        client_reference: null,
        options: null,
      },
    ],
    [
      "a null among values",
      { body: "${name}", parameters: { name: { "46701234567": null, default: "x" }, code: null } },
    ],
    ["nulls among options", { options: { flash_message: null, from_ton: null, new_field: null } }],
    ["a media send with nulls", { type: "mt_media", body: { url: "https://example.com", message: null, text: null } }],
    ["an unknown field that is null", { sendAt: null }],
  ])("%s", (_, fields) => {
    const data = { ...minimal, ...fields };
    expect(isValid(data)).toBe(true);
    expect(readSend(data, now).ok).toBe(true);
  });
});

test("the schema takes a staged send", () => {
  const { to: _, ...message } = minimal;
  expect(isValid({ ...message, staged: { id: "abc", recipients: 3, duplicate: 1 } })).toBe(true);
  expect(isValid({ ...message, to: null, staged: { id: "abc", recipients: 3, duplicate: null } })).toBe(true);
  expect(isValid({ ...minimal, staged: { id: "abc", recipients: 3 } })).toBe(false);
});

describe("the schema refuses what readSend refuses", () => {
  test.each([
    ["a binary send without header", { type: "mt_binary", body: "SGVsbG8=" }],
    ["half a type of number", { options: { from_ton: 1 } }],
    ["half a type of number beside a null", { options: { from_ton: 1, from_npi: null } }],
    ["no body", { body: null }],
    ["no recipients", { to: null }],
    ["a recipient that is null", { to: [null] }],
    ["a binary send whose header is null", { type: "mt_binary", body: "SGVsbG8=", options: { udh: null } }],
    ["an option of the wrong type", { options: { flash_message: "yes" } }],
    ["a sender without digits or letters", { from: "   " }],
    ["a sender of 12 letters", { from: "VolleyVolley" }],
    ["one recipient without a list", { to: "46701234567" }],
    ["nobody", { to: [] }],
    ["a recipient as a number", { to: [46701234567] }],
    ["an empty body", { body: "" }],
    ["a body of 2,001 characters", { body: "x".repeat(2_001) }],
    ["another version", { v: 2 }],
    ["an unheard-of type", { type: "sms" }],
    ["an unknown field", { sendAt: "2026-12-01T09:00:00Z" }],
    ["a date alone", { send_at: "2026-12-01" }],
    ["an unheard-of report", { delivery_report: "all" }],
    ["codes to send again for that are none", { retry_codes: "all", delivery_report: "full" }],
    ["a callback that is not http", { callback_url: "ftp://example.com" }],
    ["a label of two lines", { label: "a\nb" }],
    ["an own reference of 81 characters", { client_reference: "x".repeat(81) }],
    ["a parameter's key with a line break", { parameters: { "my\nkey": {} } }],
    ["a parameter's key of 2,001 characters", { parameters: { ["k".repeat(2_001)]: {} } }],
    ["a parameter's value that is no text", { parameters: { code: { default: 5 } } }],
    ["a field of ours among the options", { options: { to: ["46701234568"] } }],
    ["text in place of Base64", { type: "mt_binary", body: "Hi!" }],
    ["parameters of a binary send", { type: "mt_binary", body: "SGVsbG8=", parameters: {} }],
    ["a media send without a URL", { type: "mt_media", body: { message: "Hi" } }],
    ["a media send with an unknown field", { type: "mt_media", body: { url: "https://example.com", text: "Hi" } }],
  ])("%s", (_, fields) => {
    const data: unknown = JSON.parse(JSON.stringify({ ...minimal, ...fields }));
    expect(isValid(data)).toBe(false);
    expect(readSend(data, now).ok).toBe(false);
  });
});
