import { expect, test } from "@jest/globals";
import { isStaged, readSend, readStagedSend } from "../send/read-send.ts";
import { stagedOf } from "../recipients/staged.ts";
import { withoutNulls } from "./without-nulls.ts";

const now = new Date("2026-11-01T12:00:00Z");
const minimal = { from: "Volley", to: ["46701234567"], body: "Hi!" };

/** Every field that may be left out, written as clients of other languages write what they have not. */
const NULLS = {
  v: null,
  type: null,
  staged: null,
  priority: null,
  parameters: null,
  send_at: null,
  expire_at: null,
  delivery_report: null,
  callback_url: null,
  client_reference: null,
  content_digest: null,
  options: null,
};

test("reads a null as a field that was left out, in every field that may be", () => {
  const read = readSend({ ...minimal, ...NULLS }, now);
  expect(read).toEqual(readSend(minimal, now));
  expect(read.ok).toBe(true);
  expect(isStaged({ ...minimal, staged: null })).toBe(false);
  expect(stagedOf({ ...minimal, staged: null })).toBeNull();
  expect(readSend({ ...minimal, from: null }, now).ok).toBe(true);
});

test("does so at every level", () => {
  const options = {
    flash_message: null,
    from_ton: null,
    max_number_of_message_parts: 2,
    tags: [{ a: null, b: 1 }],
    deep: { a: null },
  };
  const parameters = { name: { "46701234567": null, default: "there" }, other: null };
  const read = readSend({ ...minimal, body: "Hi ${name}!", parameters, options }, now);
  expect(read.ok && read.send.parameters).toEqual(new Map([["name", new Map([["default", "there"]])]]));
  expect(read.ok && read.send.message.options).toEqual({
    max_number_of_message_parts: 2,
    tags: [{ a: null, b: 1 }],
    deep: { a: null },
  });
  const body = { url: "https://example.com/a.jpg", message: null, subject: null };
  const media = readSend({ ...minimal, type: "mt_media", body }, now);
  expect(media.ok && media.send.message.body).toEqual({ url: body.url });
  const rejections = [{ index: 0, recipient: "+1", reason: null }];
  const staged = { id: "a", recipients: 1, duplicate: null, rejected: null, rejections, piece: null };
  const { to: _, ...message } = minimal;
  const large = readStagedSend({ ...message, to: null, staged }, now);
  expect(large.ok && large.send.staged).toEqual({
    id: "a",
    recipients: 1,
    rejections: [{ index: 0, recipient: "+1" }],
  });
  expect(stagedOf({ staged })).toEqual(large.ok && large.send.staged);
});

test.each([
  [{ body: null }, "body: expected a string, got nothing"],
  [{ to: null }, "to: expected an array, got nothing"],
  [{ to: ["46701234567", null] }, "to[1]: expected a string, got null"],
  [
    { body: "Hi ${name}!", parameters: { name: null } },
    "parameters.name: expected values for ${name}, which stands in the body, got nothing",
  ],
])("misses what a send cannot do without: %j", (fields, problem) => {
  const read = readSend({ ...minimal, ...fields }, now);
  expect(read.ok ? [] : read.problems.map(({ field, message }) => `${field}: ${message}`)).toEqual([problem]);
});

test("misses the header of a binary send that is null", () => {
  const read = readSend({ ...minimal, type: "mt_binary", body: "SGk=", options: { udh: null } }, now);
  expect(read.ok ? [] : read.problems.map(({ field }) => field)).toEqual(["options.udh"]);
});

test("sets whoever has a null for a value aside where the text needs one", () => {
  const parameters = { name: { "46701234567": null, "46701234568": "Ann" } };
  const data = { ...minimal, to: ["46701234567", "46701234568"], body: "Hi ${name}!", parameters };
  const read = readSend(data, now);
  expect(read.ok && read.send.recipients.rejections).toEqual([
    { index: 0, recipient: "46701234567", reason: "missing_parameter" },
  ]);
});

test("a name that is not known is no better with a null", () => {
  const read = readSend({ ...minimal, sendAt: null, "46701234567": null }, now);
  expect(read.ok).toBe(true);
});

test("gives back what holds no null as it is, and leaves what it was given as it was", () => {
  const data = { to: ["46701234567"], parameters: { name: { default: "x" } }, options: { list: [null] } };
  expect(withoutNulls(data)).toBe(data);
  const given = Object.freeze({ from: null, parameters: Object.freeze({ name: null, code: { default: "1" } }) });
  expect(withoutNulls(given)).toEqual({ parameters: { code: { default: "1" } } });
  for (const other of [null, undefined, "send", 5, [null]]) expect(withoutNulls(other)).toBe(other);
});

test("keeps the keys that JavaScript uses itself", () => {
  const data: unknown = JSON.parse(
    '{"__proto__": {"b": 1}, "constructor": null, "options": {"__proto__": {"b": 1}, "x": null}}',
  );
  const cleared = withoutNulls(data);
  expect(JSON.stringify(cleared)).toBe('{"__proto__":{"b":1},"options":{"__proto__":{"b":1}}}');
  expect(Reflect.get({}, "b")).toBeUndefined();
});
