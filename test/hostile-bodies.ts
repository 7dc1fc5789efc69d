const MB = 1024 * 1024;

/** The send that reports are about. */
export const SEND = "us-0123456789abcdefghjk";

export const BATCH_ID = "01JHFFHQ0P99JPPNQPJDV7JTBP";

/** A report that is as it should be. */
export const REPORT = {
  type: "recipient_delivery_report_sms",
  batch_id: BATCH_ID,
  recipient: "46700000001",
  status: "Delivered",
  code: 0,
  at: "2025-01-13T09:22:40.914Z",
  client_reference: `~${SEND}`,
};
export const BODY = JSON.stringify(REPORT);
const UNKNOWN = '{"type":"mo_hologram","id":"x"}';

/** Bodies that somebody may send, and what they are answered with. */
export const BODIES: readonly (readonly [string, string | Uint8Array, number])[] = [
  ["of a kind that nobody knows", UNKNOWN, 200],
  ["that is no object", "null", 200],
  ["nested a hundred thousand times", "[".repeat(100_000) + "]".repeat(100_000), 200],
  [
    "nested deep in a field of a report",
    BODY.replace('"code":0', `"code":${"[".repeat(50_000)}${"]".repeat(50_000)}`),
    200,
  ],
  [
    "nested deep in a field that nobody reads",
    `{"x":${'{"x":'.repeat(50_000)}1${"}".repeat(50_000)},${BODY.slice(1)}`,
    200,
  ],
  ["with a number beyond all numbers", BODY.replace('"code":0', '"code":1e999'), 200],
  ["with a number of a million digits", BODY.replace('"code":0', `"code":${"9".repeat(900_000)}`), 200],
  ["with keys twice, of which the last one counts", BODY.replace("{", '{"type":"mo_hologram","recipient":null,'), 200],
  ["with __proto__", BODY.replace("{", '{"__proto__":{"status":"Failed"},"constructor":{"prototype":1},'), 200],
  ["whose fields are all in __proto__", `{"type":"recipient_delivery_report_sms","__proto__":${BODY}}`, 400],
  ["with a lone surrogate in a detail", BODY.replace("{", '{"operator":"\\ud800",'), 200],
  ["with a lone surrogate for a recipient", BODY.replace('"46700000001"', '"\\ud800"'), 400],
  ["with a lone surrogate in a message", '{"type":"mo_text","id":"surrogate","body":"\\udfff"}', 200],
  [
    "with control characters in a message",
    String.raw`{"type":"mo_text","id":"control","from":"\u001f\u0000","body":"\u001fi\u001f\r\n"}`,
    200,
  ],
  ["with control characters for an ID", String.raw`{"type":"mo_text","id":"a\u001fb"}`, 400],
  [
    "that is no UTF-8",
    Buffer.concat([
      Buffer.from('{"type":"mo_text","id":"bytes","body":"'),
      Buffer.from([0xff, 0xfe, 0xc3]),
      Buffer.from('"}'),
    ]),
    200,
  ],
  ["in Latin-1", Buffer.from('{"type":"mo_text","id":"latin","body":"Å"}', "latin1"), 200],
  ["in UTF-16", Buffer.from(BODY, "utf16le"), 400],
  ["that ends in the middle", BODY.slice(0, -1), 400],
  ["of wrong types", '{"type":"recipient_delivery_report_sms","batch_id":1,"recipient":{},"status":[]}', 400],
  ["whose type is none", '{"type":{"type":"mo_text"}}', 200],
  ["as large as may be", `"${"x".repeat(MB - 2)}"`, 200],
  ["of one byte more", `"${"x".repeat(MB - 1)}"`, 413],
  ["of ten megabytes", `"${"x".repeat(10 * MB)}"`, 413],
];
