import { describe, expect, test } from "@jest/globals";
import { LIMITS } from "../values/send-limits.ts";
import { readSend, type ReadySend } from "./read-send.ts";

const now = new Date("2026-11-01T12:00:00Z");
const minimal = { from: "12015550123", to: ["+46 70 123 45 67"], body: "Hi!" };

const day = 24 * 60 * 60_000;

function after(ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}

function ready(data: unknown): ReadySend {
  const read = readSend(data, now);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.send;
}

function fieldsWithProblems(data: unknown): string[] {
  const read = readSend(data, now);
  return read.ok ? [] : read.problems.map(({ field }) => field);
}

describe("readSend", () => {
  test("reads the smallest send", () => {
    expect(ready(minimal)).toEqual({
      message: { from: "12015550123", body: "Hi!" },
      recipients: { requested: 1, accepted: ["46701234567"], duplicate: 0, rejected: 0, rejections: [], skipped: [] },
      parameters: new Map(),
      sendAt: null,
      expireAt: null,
    });
  });

  test("reads a send with every field, and leaves all but recipients and parameters in the wire's words", () => {
    const message = {
      v: 1,
      type: "mt_text",
      from: "Volley",
      body: "Hi ${name}!",
      send_at: "2026-12-01T09:00:00+01:00",
      expire_at: "2026-12-01T18:00:00",
      delivery_report: "full",
      callback_url: "https://example.com/reports",
      client_reference: "spring-campaign",
      options: { flash_message: false, max_number_of_message_parts: 3 },
    };
    const parameters = { name: { "46701234567": "Ann", default: "there" } };
    const send = ready({ ...message, to: minimal.to, parameters });
    expect(send.message).toEqual(message);
    expect(send.sendAt).toEqual(new Date("2026-12-01T08:00:00Z"));
    expect(send.expireAt).toEqual(new Date("2026-12-01T18:00:00Z"));
    expect(send.parameters.get("name")?.get("46701234567")).toBe("Ann");
  });

  test.each([
    ["a binary send", { type: "mt_binary", body: "SGVsbG8=", options: { udh: "0605040B8423F0" } }],
    ["a media send with nothing but its URL", { type: "mt_media", body: { url: "https://example.com/a.jpg" } }],
    [
      "a media send with text and parameters",
      {
        type: "mt_media",
        body: { url: "https://example.com/a.jpg", message: "Hi ${name}", subject: "Hi" },
        parameters: { name: { default: "there" } },
      },
    ],
  ])("reads %s", (_, fields) => {
    const { message } = ready({ ...minimal, ...fields });
    expect(message).toMatchObject({ type: fields.type, body: fields.body });
  });

  test.each([
    ["an MSISDN", "46701234567"],
    ["an MSISDN with separators", "+1 (201) 555-0123"],
    ["a short code of 3 digits", "123"],
    ["18 digits", "123456789012345678"],
    ["one letter", "V"],
    ["11 characters", "Volley Ltd."],
    ["letters and digits", "24Seven"],
  ])("takes a sender: %s", (_, from) => {
    expect(ready({ ...minimal, from }).message.from).toBe(from);
  });

  test.each([
    ["nothing", ""],
    ["spaces alone", "    "],
    ["separators alone", "(-)"],
    ["2 digits", "12"],
    ["2 digits among spaces", " 1 2 "],
    ["19 digits", "1234567890123456789"],
    ["12 letters", "VolleyVolley"],
    ["a letter that is not ASCII", "Vólley"],
    ["a line break", "Vol\nley"],
  ])("refuses a sender: %s", (_, from) => {
    expect(fieldsWithProblems({ ...minimal, from })).toEqual(["from"]);
  });

  test.each([
    ["a body of 2,000 characters", { body: "x".repeat(LIMITS.bodyCharacters) }, []],
    ["a body of 2,001 characters", { body: "x".repeat(LIMITS.bodyCharacters + 1) }, ["body"]],
    ["an own reference of 80 characters", { client_reference: "x".repeat(80) }, []],
    ["an own reference of 81 characters", { client_reference: "x".repeat(81) }, ["client_reference"]],
    ["a callback URL of 2,048 characters", { callback_url: `https://x/${"x".repeat(2_038)}` }, []],
    ["a callback URL of 2,049 characters", { callback_url: `https://x/${"x".repeat(2_039)}` }, ["callback_url"]],
    ["a parameter's key of 2,000 characters", { parameters: { ["k".repeat(2_000)]: {} } }, []],
    [
      "a parameter's key of 2,001 characters",
      { parameters: { ["k".repeat(2_001)]: {} } },
      ["parameters.(2,001 characters)"],
    ],
    ["a value of 1,600 characters", { parameters: { k: { default: "x".repeat(1_600) } } }, []],
    ["a value of 1,601 characters", { parameters: { k: { default: "x".repeat(1_601) } } }, ["parameters.k"]],
    ["an empty value", { parameters: { k: { default: "" } } }, []],
    ["100,000 entries of to", { to: Array.from({ length: 100_000 }, (_, index) => `4670${1_000_000 + index}`) }, []],
    [
      "100,001 entries of to",
      { to: Array.from({ length: 100_001 }, (_, index) => `4670${1_000_000 + index}`) },
      ["to"],
    ],
    ["no entry of to", { to: [] }, ["to"]],
  ])("knows its limits: %s", (_, fields, problems) => {
    expect(fieldsWithProblems({ ...minimal, ...fields })).toEqual(problems);
  });

  test("sets bad recipients aside while one good one is left", () => {
    const { recipients } = ready({ ...minimal, to: ["+1", "46701234567", "nobody", "+46701234567"] });
    expect(recipients).toEqual({
      requested: 4,
      accepted: ["46701234567"],
      duplicate: 1,
      rejected: 2,
      rejections: [
        { index: 0, recipient: "+1" },
        { index: 2, recipient: "nobody" },
      ],
      skipped: [0, 2, 3],
    });
  });

  test("passes options through as they are", () => {
    const options = {
      truncate_concat: true,
      from_ton: 1,
      from_npi: 0,
      tags: ["a", { b: null }],
      future_field: { x: [1, 2] },
    };
    expect(ready({ ...minimal, options }).message.options).toEqual(options);
  });

  test("sets aside who has no value for a placeholder without default; a group is not known so closely", () => {
    const group = "01HEAWCHESCXG8SDG5R10VF8E1";
    const to = ["46701234567", "+46 70 765 43 21", group, "46707654321", "+1"];
    const parameters = { name: { "46701234567": "Ann" }, code: { default: "none" } };
    const { recipients } = ready({ ...minimal, body: "Hi ${name}, ${code}, ${name}!", to, parameters });
    expect(recipients).toMatchObject({ requested: 5, accepted: ["46701234567", group], duplicate: 0, rejected: 3 });
    expect(recipients.rejections).toEqual([
      { index: 1, recipient: "+46 70 765 43 21", reason: "missing_parameter" },
      { index: 3, recipient: "46707654321", reason: "missing_parameter" },
      { index: 4, recipient: "+1" },
    ]);
  });

  test("what only looks like a placeholder needs no value", () => {
    expect(ready({ ...minimal, body: "$name {name} ${} ${ } $ {name}" }).recipients.rejected).toBe(0);
  });
});

describe("readSend, times", () => {
  test.each([
    ["a moment after send_at", { send_at: after(day), expire_at: after(day + 1) }, []],
    ["at send_at", { send_at: after(day), expire_at: after(day) }, ["expire_at"]],
    ["before send_at", { send_at: after(day), expire_at: after(day - 1) }, ["expire_at"]],
    ["at send_at in another offset", { send_at: "2026-12-01T09:00+01", expire_at: "2026-12-01T08:00Z" }, ["expire_at"]],
    ["3 days after send_at", { send_at: after(day), expire_at: after(4 * day) }, []],
    ["3 days and a clock's difference after send_at", { send_at: after(day), expire_at: after(4 * day + 300_000) }, []],
    ["later than that", { send_at: after(day), expire_at: after(4 * day + 300_001) }, ["expire_at"]],
    ["3 days from now without send_at", { expire_at: after(3 * day) }, []],
    ["4 days from now without send_at", { expire_at: after(4 * day) }, ["expire_at"]],
    ["3 days from now, send_at long past", { send_at: after(-9 * day), expire_at: after(3 * day) }, []],
    ["in the past, which the worker calls expired", { expire_at: after(-day) }, []],
  ])("judges an expiry: %s", (_, times, problems) => {
    expect(fieldsWithProblems({ ...minimal, ...times })).toEqual(problems);
  });

  test("takes a send_at in the past and one in years", () => {
    expect(ready({ ...minimal, send_at: "2020-01-01T00:00:00Z" }).sendAt?.getUTCFullYear()).toBe(2020);
    expect(ready({ ...minimal, send_at: "2036-01-01T00:00:00Z" }).sendAt?.getUTCFullYear()).toBe(2036);
  });
});
