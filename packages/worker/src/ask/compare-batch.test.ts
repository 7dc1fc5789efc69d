import { describe, expect, it } from "@jest/globals";
import { readSend } from "@volley/contract";
import type { Batch } from "@volley/sinch";
import { compareBatch, type SentRequest } from "./compare-batch.ts";

const ANN = "46701234567";
const BO = "46701234568";
const CY = "46701234569";
const GROUP = "01FC66621XXXXX119Z8PMV1QPA";
const CREATED = "2026-12-01T08:00:00.000Z";

const SEND = { from: "+1 201 555 0123", to: [ANN, BO], body: "Hi" };

/** As the provider shows what came of {@link SEND}. */
const BATCH = {
  id: "01HE0000000000000000000000",
  type: "mt_text",
  from: "12015550123",
  to: [ANN, BO],
  body: "Hi",
  created_at: CREATED,
  expire_at: "2026-12-04T08:00:00.000Z",
  delivery_report: "none",
  flash_message: false,
  canceled: false,
};

const NAMED = { ...SEND, body: "Hi ${name}", parameters: { name: { [ANN]: "Ann", default: "you" } } };
const NAMED_TEXT = { body: "Hi ${name}" };
const BINARY = { ...SEND, type: "mt_binary", body: "aGVsbG8=", options: { udh: "0605040B8423F0" } };
const TWICE_NAMED = { ...NAMED, parameters: { ...NAMED.parameters, town: { default: "Umeå" } } };
const PICTURE = { ...SEND, type: "mt_media", body: { url: "https://example.com/a%20b.jpg" } };
const MEDIA = { ...SEND, type: "mt_media", body: { url: "https://example.com/a b.jpg", message: "Look" } };

/** Rows of what is said of a batch, what it shows, and what was sent: {@link SEND} where nothing stands there. */
function withSend(rows: readonly [string, Partial<Batch>, object?][]): [string, Partial<Batch>, object][] {
  return rows.map(([title, batch, data = SEND]) => [title, batch, data]);
}

function requestOf(data: object, recipients?: string[]): SentRequest {
  const read = readSend(data, new Date(CREATED));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const people = recipients ?? read.send.recipients.accepted;
  return { send: read.send, recipients: people, open: people };
}

/** A send to {@link ANN}, {@link BO} and whoever else is open, as it would be cut now. */
function compareLot(lot: string[], batch: Partial<Batch>, { data = SEND, others = [] as string[] } = {}): string {
  const request = { ...requestOf(data, [ANN, BO, ...others]), recipients: lot };
  const comparison = compareBatch({ ...BATCH, ...batch }, request);
  return comparison.kind === "other" ? comparison.field : comparison.kind;
}

function compare(batch: Partial<Batch>, data: object = SEND, recipients?: string[]): string {
  const comparison = compareBatch({ ...BATCH, ...batch }, requestOf(data, recipients));
  return comparison.kind === "other" ? comparison.field : comparison.kind;
}

describe("a batch that came of the request", () => {
  it.each(
    withSend([
      ["as it was sent", {}],
      ["with its people as they were written", { to: [`+${ANN}`, `00${BO}`] }],
      ["in another order", { to: [BO, ANN] }],
      ["with its sender as it was written", { from: "+12015550123" }],
      ["with a sender of letters in another case", { from: "VOLLEY" }, { ...SEND, from: "Volley" }],
      ["with a sender that it has filled in", { from: "12015550199" }, { ...SEND, from: undefined }],
      ["with other line ends and blanks around it", { body: "Hi\nyou" }, { ...SEND, body: " Hi\r\nyou\n" }],
      ["with letters that are composed otherwise", { body: "e\u0301" }, { ...SEND, body: "\u00e9" }],
      ["with half a surrogate pair replaced", { body: "Hi \ufffd" }, { ...SEND, body: "Hi \ud83d" }],
      ["with fields that nobody has sent", { tags: ["a"], expire_at: CREATED, callback_url: "https://example.com" }],
      ["with more people", { to: [ANN, BO, CY] }],
      ["with the members of its group", { to: [CY] }, { ...SEND, to: [GROUP] }],
      ["with the members of a group beside which somebody is", { to: [CY] }, { ...SEND, to: [GROUP, ANN] }],
      [
        "without a value that is empty",
        { parameters: { name: { [ANN]: "Ann" } }, ...NAMED_TEXT },
        { ...NAMED, parameters: { name: { [ANN]: "Ann", default: "" } } },
      ],
      [
        "with values as they were sent",
        { parameters: { name: { [`+${ANN}`]: "Ann", default: "you" } }, ...NAMED_TEXT },
        NAMED,
      ],
      [
        "with values of its people alone",
        { parameters: { name: { [ANN]: "Ann", [BO]: "you" } }, ...NAMED_TEXT },
        NAMED,
      ],
      [
        "with its time in UTC",
        { send_at: "2026-12-01T09:00:00.000Z" },
        { ...SEND, send_at: "2026-12-01T10:00:00+01:00" },
      ],
      [
        "with its time to the second",
        { send_at: "2026-12-01T09:00:00Z" },
        { ...SEND, send_at: "2026-12-01T09:00:00.400Z" },
      ],
      ["without a time that lay in the past", {}, { ...SEND, send_at: "2026-12-01T07:59:00Z" }],
      ["with the time at which it was made", { send_at: CREATED }],
      ["without a time that was past by another clock", {}, { ...SEND, send_at: "2026-12-01T08:00:30Z" }],
    ]),
  )("is known by what the provider shows, %s", (_, batch, data) => {
    expect(compare(batch, data)).toBe("same");
  });

  it("is known when it is binary, whatever the case of its header and the padding of its body", () => {
    const shown = { type: "mt_binary", body: "aGVsbG8", udh: "0605040b8423f0" };
    expect(compare(shown, BINARY)).toBe("same");
  });

  it("is known when it is an MMS", () => {
    const body = { url: "https://example.com/a%20b.jpg", message: "Look" };
    expect(compare({ type: "mt_media", body }, MEDIA)).toBe("same");
    expect(compare({ type: "mt_media", body: PICTURE.body }, PICTURE)).toBe("same");
  });

  it("is known by the number of its people where nobody knows who they were", () => {
    expect(compare({}, NAMED, ["", ""])).toBe("body");
    expect(compare(NAMED_TEXT, NAMED, ["", ""])).toBe("same");
    expect(compare(NAMED_TEXT, NAMED, [""])).toBe("to");
  });
});

describe("a batch of another content", () => {
  it.each(
    withSend([
      ["to", { to: [CY] }],
      ["type", { type: "mt_binary" }],
      ["from", { from: "12015550124" }],
      ["from", { from: "Volleys" }, { ...SEND, from: "Volley" }],
      ["body", { body: "Ho" }],
      ["body", { body: "hi" }],
      ["body", { body: "" }],
      ["body", { body: "Hiyou" }, { ...SEND, body: "Hi you" }],
      ["body", { body: { message: "Hi" } }],
      ["body", { type: "mt_binary", body: "aGVsbG9v", udh: BINARY.options.udh }, BINARY],
      ["udh", { type: "mt_binary", body: BINARY.body, udh: "0605040B8423F1" }, BINARY],
      ["body", { type: "mt_media", body: { url: "https://example.com/b.jpg", message: "Look" } }, MEDIA],
      ["body", { type: "mt_media", body: { url: MEDIA.body.url } }, MEDIA],
      ["body", { type: "mt_media", body: { ...MEDIA.body, subject: "New" } }, MEDIA],
      ["body", { type: "mt_media", body: "Look" }, MEDIA],
      ["body", { type: "mt_media", body: "Look" }, PICTURE],
      ["parameters", { parameters: { name: { [ANN]: "Anna", default: "you" } }, ...NAMED_TEXT }, NAMED],
      ["parameters", { parameters: { name: { [ANN]: "Ann", default: "all" } }, ...NAMED_TEXT }, NAMED],
      ["parameters", { parameters: { name: { [ANN]: "Ann" } }, ...NAMED_TEXT }, NAMED],
      ["parameters", { parameters: {}, ...NAMED_TEXT }, NAMED],
      ["parameters", { parameters: { ...NAMED.parameters, town: { default: "Lund" } }, ...NAMED_TEXT }, TWICE_NAMED],
      ["send_at", { send_at: "2026-12-01T09:00:01Z" }, { ...SEND, send_at: "2026-12-01T09:00:00Z" }],
      ["send_at", { send_at: "2026-12-01T09:00:00Z" }],
      ["send_at", {}, { ...SEND, send_at: "2026-12-01T09:00:00Z" }],
      [
        "send_at",
        { send_at: "2026-12-01T09:00:00Z", created_at: undefined },
        { ...SEND, send_at: "2026-12-01T10:00:00Z" },
      ],
    ]),
  )("differs by its %s", (field, batch, data) => {
    expect(compare(batch, data)).toBe(field);
  });

  it("is one that says one thing otherwise, however much it does not show", () => {
    const shown: Batch = { id: BATCH.id, canceled: false, body: "Ho" };
    expect(compareBatch(shown, requestOf(SEND))).toEqual({ kind: "other", field: "body" });
  });
});

describe("a batch of a send that is cut into lots", () => {
  it.each([
    { title: "to those of the lot that comes next", lot: [ANN], to: [`+${ANN}`], kind: "same" },
    { title: "to everybody, as the pace was faster then", lot: [ANN], to: [ANN, BO], kind: "same" },
    { title: "to others of those who are left, as the lots were others then", lot: [ANN], to: [BO], kind: "unclear" },
    { title: "to fewer than the lot that comes next", lot: [ANN, BO], to: [ANN], kind: "unclear" },
    { title: "to nobody of them", lot: [ANN], to: [CY], kind: "to" },
  ])("is $kind when it is $title", ({ lot, to, kind }) => {
    expect(compareLot(lot, { to })).toBe(kind);
  });

  it.each([
    { title: "to more than the lot, and not to all", lot: [ANN], to: [ANN, BO] },
    { title: "to as many as the lot, of whom some are others", lot: [ANN, BO], to: [ANN, CY] },
  ])("is unclear when it is $title", ({ lot, to }) => {
    expect(compareLot(lot, { to }, { others: [CY] })).toBe("unclear");
  });

  it("is compared in the values of those to whom it is, whoever is in the lot that comes next", () => {
    const toBo = { ...NAMED_TEXT, to: [BO], parameters: { name: { [ANN]: "Ann", [BO]: "Bo" } } };
    expect(compareLot([ANN], toBo, { data: NAMED })).toBe("parameters");
    const toAnn = { ...NAMED_TEXT, to: [ANN], parameters: { name: { [ANN]: "Ann" } } };
    expect(compareLot([ANN], toAnn, { data: NAMED })).toBe("same");
  });

  it("is not compared in the values of a group, whose members nobody knows here", () => {
    const shown = { ...NAMED_TEXT, to: undefined, parameters: { name: { [ANN]: "Ann" } } };
    expect(compare(shown, { ...NAMED, to: [ANN, GROUP] })).toBe("unclear");
  });
});

describe("a batch that does not show enough", () => {
  it.each(
    withSend([
      ["its people", { to: undefined }],
      ["anybody", { to: [] }],
      ["everybody", { to: [BO] }],
      ["its sender", { from: undefined }],
      ["its text", { body: undefined }],
      ["its header", { type: "mt_binary", body: BINARY.body, udh: undefined }, BINARY],
      ["its picture", { type: "mt_media", body: { message: "Look" } }, MEDIA],
      ["its values", NAMED_TEXT, NAMED],
      ["when it was made, and no time", { created_at: undefined }, { ...SEND, send_at: "2026-12-01T09:00:00Z" }],
      ["when it was made", { created_at: undefined, send_at: "2026-12-01T09:00:00Z" }],
    ]),
  )("is unclear without %s", (_, batch, data) => {
    expect(compare(batch, data)).toBe("unclear");
  });

  it("is clear enough without its type, which is the provider's own by default, and without any time", () => {
    expect(compare({ type: undefined })).toBe("same");
    expect(compare({ created_at: undefined })).toBe("same");
  });
});
