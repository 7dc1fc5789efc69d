import { describe, expect, test } from "@jest/globals";
import { readSend } from "./read-send.ts";

const now = new Date("2026-11-01T12:00:00Z");
const minimal = { from: "12015550123", to: ["46701234567"], body: "Hi!" };

function problems(data: unknown): string[] {
  const read = readSend(data, now);
  return read.ok ? [] : read.problems.map(({ field, message }) => `${field}: ${message}`);
}

const A_LIST = 'write a list, also for one recipient: ["+46…"]';
const A_TEXT = 'write numbers as texts: "+46…"';
const A_TIME = 'write the time as a text: "2026-12-01T09:00:00Z"';
const A_HEADER = 'a binary send has a user data header in hexadecimal: options: { udh: "06050423F423F4" }';
const NO_SENDER = "from: expected a number, a short code or at most 11 letters and digits";
const NO_TIME = "expected an ISO-8601 time such as 2026-12-01T09:00:00Z";
const NO_TYPE = 'type: expected "mt_text" or "mt_binary" or "mt_media"';

describe("readSend says what is wrong", () => {
  test.each([
    [
      { retry_codes: "all", delivery_report: "full" },
      'retry_codes: expected "temporary", or a list of codes such as [201, 404], got 3 characters',
    ],
    [{ retry_codes: [], delivery_report: "full" }, "retry_codes: expected at least 1 entry, got 0 entries"],
    [
      { retry_codes: "temporary" },
      'delivery_report: expected "full" or "per_recipient" or "per_recipient_final" beside retry_codes, got something else',
    ],
    [
      { retry_codes: [201], delivery_report: "summary" },
      'delivery_report: expected "full" or "per_recipient" or "per_recipient_final" beside retry_codes, got something else',
    ],
    [{ from: 12015550123 }, "from: expected a string, got a number"],
    [{ from: 10n }, "from: expected a string, got a bigint"],
    [{ from: true }, "from: expected a string, got true"],
    [{ from: Symbol("x") }, "from: expected a string, got a symbol"],
    [{ from: { toString: 1 } }, "from: expected a string, got an object"],
    [{ from: "" }, `${NO_SENDER}, got 0 characters`],
    [{ from: "x".repeat(12) }, `${NO_SENDER}, got 12 characters`],
    [{ from: "x".repeat(1_041) }, `${NO_SENDER}, got 1,041 characters`],
    [{ to: undefined }, "to: expected an array, got nothing"],
    [{ to: "46701234567" }, `to: expected an array, got 11 characters; ${A_LIST}`],
    [{ to: 46701234567 }, `to: expected an array, got a number; ${A_LIST}`],
    [{ to: {} }, "to: expected an array, got an object"],
    [{ to: [] }, "to: expected at least 1 entry, got 0 entries"],
    [{ to: ["46701234567", 5] }, `to[1]: expected a string, got a number; ${A_TEXT}`],
    [{ to: ["46701234567", null] }, "to[1]: expected a string, got null"],
    [{ to: ["46701234567", ["46701234568"]] }, "to[1]: expected a string, got 1 entry"],
    [{ to: Array(100_001).fill("46701234567") }, "to: expected at most 100,000 entries, got 100,001 entries"],
    [
      { body: "${constructor}", parameters: {} },
      "parameters.constructor: expected values for ${constructor}, which stands in the body, got nothing",
    ],
    [
      { body: "${__proto__}", parameters: JSON.parse('{"__proto__":{"default":"x"}}') },
      "parameters.__proto__: expected a key that JavaScript does not use itself",
    ],
    [{ body: undefined }, "body: expected a string, got nothing"],
    [{ body: "" }, "body: expected at least 1 character, got 0 characters"],
    [{ body: "x".repeat(2_001) }, "body: expected at most 2,000 characters, got 2,001 characters"],
    [{ body: 5 }, "body: expected a string, got a number"],
    [{ body: { url: "https://example.com" } }, "body: expected a string, got an object"],
    [{ v: 2 }, "v: expected 1, got 2"],
    [{ v: "1" }, 'v: expected 1, got "1"'],
    [{ v: 46701234567 }, "v: expected 1, got a number"],
    [{ type: "text" }, `${NO_TYPE}, got 4 characters`],
    [{ type: "MT-Text" }, `${NO_TYPE}, got "MT-Text"`],
    [{ type: 5 }, `${NO_TYPE}, got 5`],
    [{ type: {} }, `${NO_TYPE}, got an object`],
    [{ type: [] }, `${NO_TYPE}, got 0 entries`],
    [{ type: "x".repeat(50) }, `${NO_TYPE}, got 50 characters`],
    [{ send_at: "tomorrow" }, `send_at: ${NO_TIME}, got 8 characters`],
    [{ send_at: "2026-12-01" }, `send_at: ${NO_TIME}, got a date without a time`],
    [{ send_at: "2026-02-30T09:00:00Z" }, `send_at: ${NO_TIME}, got "2026-02-30T09:00:00Z"`],
    [{ send_at: 1796112000000 }, `send_at: expected a string, got a number; ${A_TIME}`],
    [{ expire_at: {} }, `expire_at: expected a string, got an object; ${A_TIME}`],
    [{ expire_at: "" }, `expire_at: ${NO_TIME}, got 0 characters`],
    [
      { send_at: "2026-12-01T09:00:00Z", expire_at: "2026-12-01T08:00:00Z" },
      "expire_at: expected a time after send_at, got one that is not",
    ],
    [
      { expire_at: "2026-11-05T12:00:00Z" },
      "expire_at: expected at most 3 days after send_at (the provider's limit), got a later time",
    ],
    [
      { delivery_report: "all" },
      'delivery_report: expected "none" or "summary" or "full" or "per_recipient" or "per_recipient_final", got 3 characters',
    ],
    [{ callback_url: "example.com" }, "callback_url: expected an http or https URL, got 11 characters"],
    [{ callback_url: "ftp://user:password@x" }, "callback_url: expected an http or https URL, got 21 characters"],
    [{ client_reference: "" }, "client_reference: expected at least 1 character, got 0 characters"],
    [{ client_reference: "x".repeat(81) }, "client_reference: expected at most 80 characters, got 81 characters"],
    [{ parameters: [] }, "parameters: expected an object, got 0 entries"],
    [{ parameters: { name: "Ann" } }, "parameters.name: expected an object, got 3 characters"],
    [{ parameters: { name: { "46701234567": 5 } } }, "parameters.name: expected a string, got a number"],
    [
      { parameters: { "my{key}": {} } },
      "parameters.(7 characters): expected the name of a placeholder, without braces, line breaks and blanks around it",
    ],
    [
      { parameters: { "+46701234567": { name: "Ann" } } },
      "parameters.(12 characters): expected the name of a placeholder and below it values by recipient",
    ],
    [{ parameters: { ["k".repeat(2_001)]: {} } }, "parameters.(2,001 characters): expected at most 2,000 characters"],
    [
      { body: "Hi ${Name}!", parameters: { name: { default: "you" } } },
      "parameters.Name: expected values for ${Name}, which stands in the body, got some for ${name}",
    ],
    [{ options: "flash" }, "options: expected an object, got 5 characters"],
    [{ options: { new_field: undefined } }, "options.new_field: expected a JSON value, got nothing"],
    [{ options: { flash_message: "yes" } }, "options.flash_message: expected a boolean, got 3 characters"],
    [
      { options: { max_number_of_message_parts: 0 } },
      "options.max_number_of_message_parts: expected at least 1, got a number",
    ],
    [{ options: { from_ton: 1 } }, "options.from_npi: expected from_ton and from_npi together, got one of them"],
    [{ body: "Hi ${name}!" }, "parameters.name: expected values for ${name}, which stands in the body, got nothing"],
    [
      { body: "Hi ${46701234567}!" },
      "parameters.(11 characters): expected values for a placeholder, which stands in the body, got nothing",
    ],
    [{ options: { to: ["46701234568"] } }, "options.to: expected at the top level as to"],
    [{ label: "x".repeat(81) }, "label: expected at most 80 characters, got 81 characters"],
    ...["", " ", "a\nb", "a\u001b[31m", "a\u202eb", "a\u2028b", "\ud800"].map((label): [object, string] => [
      { label },
      `label: expected one line of text, without control characters, got ${label.length} character${label.length === 1 ? "" : "s"}`,
    ]),
    [{ options: { label: "x" } }, "options.label: expected at the top level as label"],
    [{ options: { client_reference: "x" } }, "options.client_reference: expected at the top level as client_reference"],
    [{ sendAt: "2026-12-01T09:00:00Z" }, "sendAt: unknown field, did you mean send_at?"],
    [{ "send at": "2026-12-01T09:00:00Z" }, "send at: unknown field, did you mean send_at?"],
    [{ text: "Hi!" }, "text: unknown field, did you mean body?"],
    [{ colour: "red" }, "colour: unknown field"],
  ])("%p", (fields, problem) => {
    expect(problems({ ...minimal, ...fields })).toEqual([problem]);
  });

  test.each([
    [{ type: "mt_binary", body: "Hi!", options: { udh: "00" } }, ["body: expected Base64, got 3 characters"]],
    [{ type: "mt_binary", body: "SGk=" }, [`options: expected an object, got nothing; ${A_HEADER}`]],
    [{ type: "mt_binary", body: "SGk=", options: {} }, [`options.udh: expected a value, got nothing; ${A_HEADER}`]],
    [
      { type: "mt_binary", body: "SGk=", options: { udh: "0" } },
      ["options.udh: expected hexadecimal digits in pairs, got 1 character"],
    ],
    [
      { type: "mt_binary", body: Buffer.alloc(134).toString("base64"), options: { udh: "06050423F423F4" } },
      ["body: expected at most 140 bytes with options.udh, got 141"],
    ],
    [{ type: "mt_binary", body: "SGk=", options: { udh: "00" }, parameters: {} }, ["parameters: unknown field"]],
    [{ type: "mt_media" }, ["body: expected an object, got 3 characters"]],
    [{ type: "mt_media", body: {} }, ["body.url: expected a string, got nothing"]],
    [
      { type: "mt_media", body: { url: "a.jpg", text: "Hi!" } },
      ["body.url: expected an http or https URL, got 5 characters", "body.text: unknown field"],
    ],
  ])("in the words of the type: %p", (fields, expected) => {
    expect(problems({ ...minimal, ...fields })).toEqual(expected);
  });

  test.each([
    [undefined, "nothing"],
    [null, "null"],
    ["text", "4 characters"],
    [5, "5"],
    [[minimal], "1 entry"],
  ])("refuses %p, which is no send at all", (data, got) => {
    expect(problems(data)).toEqual([`send: expected an object, got ${got}`]);
  });
});

describe("readSend lists all problems at once", () => {
  test("five mistakes, five problems", () => {
    const data = {
      ...minimal,
      from: "",
      body: "",
      sendAt: "x",
      delivery_report: "all",
      callback_url: "x",
      type: "mt_text",
    };
    expect(problems(data).map((problem) => problem.split(":")[0])).toEqual([
      "from",
      "delivery_report",
      "callback_url",
      "body",
      "sendAt",
    ]);
  });

  test("an unknown type hides no other mistake", () => {
    expect(problems({ type: "sms", from: "", to: ["46701234567"], body: "Hi!" })).toEqual([
      `${NO_TYPE}, got 3 characters`,
      `${NO_SENDER}, got 0 characters`,
    ]);
  });

  test("recipients count as mistakes when nobody is left", () => {
    expect(problems({ ...minimal, to: ["+1", "x"] })).toEqual([
      "to[0]: expected an international number of 7 to 15 digits or a group ID, got 2 characters",
      "to[1]: expected an international number of 7 to 15 digits or a group ID, got 1 character",
    ]);
  });

  test.each([
    ["070-123 45 67", "got a national one; write it with the code of its country, +46 70… in place of 070…"],
    ["+46 (0)70 123 45 67", "got one with a (0); leave the (0) out: it is dialed within the country alone"],
    ["+46 070", "got 7 characters"],
    ["00", "got 2 characters"],
    ["0", "got 1 character"],
  ])("what to write in place of %s", (recipient, got) => {
    expect(problems({ ...minimal, to: [recipient] })).toEqual([
      `to[0]: expected an international number of 7 to 15 digits or a group ID, ${got}`,
    ]);
  });

  test("recipients are listed too when the send is refused anyway", () => {
    expect(problems({ ...minimal, from: "", to: ["46701234567", "+1"] })).toHaveLength(2);
  });
});
