import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readCallback } from "./read-callback.ts";

const REPORT = {
  at: "2025-01-13T09:22:40.914Z",
  batch_id: "01JHFFHQ0P99JPPNQPJDV7JTBP",
  client_reference: "a client reference",
  code: 0,
  operator_status_at: "2025-01-13T09:22:00Z",
  recipient: "33662162466",
  status: "Delivered",
  type: "recipient_delivery_report_sms",
};

describe("a report on a recipient", () => {
  test("is read, and numbers are brought into one form", () => {
    const report = { ...REPORT, recipient: "+33 6 62162466", code: "0", status: "DELIVERED" };
    expect(readCallback(report)).toEqual({
      kind: "recipient",
      batchId: REPORT.batch_id,
      recipient: "33662162466",
      state: { status: "Delivered", code: 0 },
      at: new Date(REPORT.at),
      reference: "a client reference",
      details: { operator_status_at: "2025-01-13T09:22:00Z" },
    });
  });

  test.each([
    [{ code: 1e99 }, { state: { status: "Delivered", code: null } }],
    [{ code: "x" }, { state: { status: "Delivered", code: null } }],
    [{ code: 777, status: "Vaporised" }, { state: { status: "Vaporised", code: 777 } }],
    [{ at: "yesterday" }, { at: null }],
    [{ operator: { a: 1 }, encoding: "x".repeat(201) }, { details: { operator_status_at: "2025-01-13T09:22:00Z" } }],
  ])("keeps what is unheard of, and does without what is none: %j", (changes, read) => {
    expect(readCallback({ ...REPORT, ...changes })).toMatchObject(read);
  });

  test.each([{ batch_id: "" }, { batch_id: "x".repeat(129) }, { recipient: 46 }, { recipient: "x" }, { status: null }])(
    "is unreadable where nobody can say whom it is about: %j",
    (changes) => {
      expect(readCallback({ ...REPORT, ...changes })).toEqual({ kind: "unreadable" });
    },
  );
});

describe("a report on a batch", () => {
  const report = { type: "delivery_report_sms", batch_id: "b", total_message_count: 3 };

  test("is read with and without names", () => {
    const statuses = [
      { code: 0, status: "Delivered", count: 2, recipients: ["+46701234567", "46701234568"] },
      { code: "150", status: "Failed", count: "1" },
    ];
    expect(readCallback({ ...report, statuses })).toMatchObject({
      states: [
        { state: { status: "Delivered", code: 0 }, count: 2, recipients: ["46701234567", "46701234568"] },
        { state: { status: "Failed", code: 150 }, count: 1, recipients: null },
      ],
    });
  });

  test("counts people whom it does not name in full", () => {
    const statuses = [{ code: 0, status: "Delivered", count: 3, recipients: ["46701234567"] }];
    expect(readCallback({ ...report, statuses })).toMatchObject({ states: [{ count: 3, recipients: null }] });
  });

  test.each([[null], [[null]], [[{ status: "Delivered", count: -1 }]], [[{ count: 1 }]], ["x"]])(
    "is unreadable with such states: %j",
    (statuses) => {
      expect(readCallback({ ...report, statuses }).kind).toBe(statuses === null ? "batch" : "unreadable");
    },
  );
});

describe("an inbound", () => {
  test("is read as it is", () => {
    const text = {
      type: "mo_text",
      id: "01J",
      from: "46701234567",
      to: "12345",
      body: "Hej!",
      received_at: "2026-11-30",
    };
    expect(readCallback(text)).toEqual({ kind: "inbound", id: "01J", at: null, message: { ...text, id: undefined } });
    const binary = { type: "mo_binary", id: "01J", body: "AQ==", udh: "00", send_at: "2026-11-30T00:00:00Z" };
    expect(readCallback(binary)).toMatchObject({ message: { body: "AQ==", udh: "00", sent_at: binary.send_at } });
  });

  test("has media in either spelling", () => {
    const media = [
      { url: "https://media/1", contentType: "image/png", status: "UPLOADED", code: 0 },
      null,
      { code: "x" },
    ];
    const body = { subject: "s", message: "m", media };
    expect(readCallback({ type: "mo_media", id: "01J", body })).toMatchObject({
      message: {
        body: {
          subject: "s",
          message: "m",
          media: [{ url: "https://media/1", content_type: "image/png", status: "Uploaded", code: 0 }, {}],
        },
      },
    });
  });
});

test.each([null, 1, "x", [], {}, { type: "mo_hologram" }, { type: ["mo_text"] }, { type: "constructor" }])(
  "what we do not know is unknown: %j",
  (value) => {
    expect(readCallback(value)).toEqual({ kind: "unknown" });
  },
);

test("nothing that JSON can hold makes it throw", () => {
  const types = fc.constantFrom("recipient_delivery_report_sms", "delivery_report_mms", "mo_text", "mo_media", "x");
  const names = fc.constantFrom(...Object.keys(REPORT), "statuses", "body", "id", "media", "__proto__");
  const fields = fc.dictionary(names, fc.jsonValue());
  fc.assert(
    fc.property(types, fields, (type, changes) => {
      expect(readCallback({ ...REPORT, ...changes, type }).kind).toEqual(expect.any(String));
    }),
  );
});
