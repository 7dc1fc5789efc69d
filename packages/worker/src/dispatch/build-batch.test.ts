import { describe, expect, it } from "@jest/globals";
import { LIMITS, readSend, type ReadySend } from "@volley/contract";
import { buildBatch } from "./build-batch.ts";

const NOW = new Date("2026-12-01T12:00:00Z");
const MINUTE_MS = 60_000;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const TEXT = { from: "12015550123", to: ["+46 70 123 45 67"], body: "Hi!" };

describe("buildBatch", () => {
  it("says no more than what is needed", () => {
    expect(build(TEXT)).toEqual({
      type: "mt_text",
      from: "12015550123",
      to: ["46701234567"],
      body: "Hi!",
      expire_at: later(MINUTE_MS).toISOString(),
      client_reference: "own~eu-1",
    });
  });

  it("puts the unique reference where the caller's own was, and leaves out what is Volley's alone", () => {
    const own = { v: 1, client_reference: "own", label: "spring", priority: "urgent", retry_codes: [201] };
    const report = { delivery_report: "full" };
    expect(build({ ...TEXT, ...own, ...report })).toEqual({ ...build(TEXT), ...report });
  });

  it("passes options on as they are, beside the fields of their own", () => {
    const batch = build({ ...TEXT, options: { flash_message: true, new_field: { deep: [1] } } });
    expect(batch).toMatchObject({ flash_message: true, new_field: { deep: [1] }, body: TEXT.body });
    expect(batch).not.toHaveProperty("options");
  });

  it("passes a binary and a media message on", () => {
    const binary = { type: "mt_binary", body: "SGk=", options: { udh: "06050423F423F4" } };
    expect(build({ ...TEXT, ...binary })).toMatchObject({ type: "mt_binary", body: "SGk=", udh: "06050423F423F4" });
    const body = { url: "https://example.com/a.png", message: "Hi", subject: "S" };
    expect(build({ ...TEXT, type: "mt_media", body })).toMatchObject({ type: "mt_media", body });
  });

  it("carries the delivery report and the callback URL", () => {
    const fields = { delivery_report: "per_recipient", callback_url: "https://example.com/dlr" };
    expect(build({ ...TEXT, ...fields })).toMatchObject(fields);
  });

  it("asks for what the region asks for only where the send does not say", () => {
    const own = [{ delivery_report: "none" }, { delivery_report: "full" }, {}];
    const deliveryReport = "per_recipient_final";
    const asked = own.map(
      (each) => buildBatch({ ...inputOf({ ...TEXT, ...each }), deliveryReport })["delivery_report"],
    );
    expect(asked).toEqual(["none", "full", "per_recipient_final"]);
  });

  it("carries the parameters of its recipients alone", () => {
    const name = { "+46701234567": "Ann", "46709999999": "Bo", default: "there" };
    expect(build({ ...TEXT, body: "Hi ${name}!", parameters: { name } })["parameters"]).toEqual({
      name: { "46701234567": "Ann", default: "there" },
    });
    expect(build(TEXT)).not.toHaveProperty("parameters");
  });

  it("speaks only of the recipients that are left", () => {
    const name = { "46701234567": "Ann", "46701234568": "Bo" };
    const send = ready({ ...TEXT, to: Object.keys(name), parameters: { name } });
    const batch = buildBatch({ send, recipients: ["46701234568"], reference: "r", expireAt: later(1), now: NOW });
    expect(batch.to).toEqual(["46701234568"]);
    expect(batch["parameters"]).toEqual({ name: { "46701234568": "Bo" } });
  });

  it.each([
    { title: "1 ms ahead", aheadMs: 1, sent: later(1).toISOString() },
    { title: "now", aheadMs: 0, sent: undefined },
    { title: "past", aheadMs: -1, sent: undefined },
  ])("with a send_at that is $title passes on $sent", ({ aheadMs, sent }) => {
    expect(build({ ...TEXT, send_at: later(aheadMs).toISOString() })["send_at"]).toBe(sent);
  });

  it.each([
    { title: "1 ms within the margin", expireMs: LIMITS.expiryMs - 5 * MINUTE_MS - 1, wireMs: -1 },
    { title: "at the margin", expireMs: LIMITS.expiryMs - 5 * MINUTE_MS, wireMs: 0 },
    { title: "1 ms beyond the margin", expireMs: LIMITS.expiryMs - 5 * MINUTE_MS + 1, wireMs: 0 },
    { title: "at the provider's limit", expireMs: LIMITS.expiryMs, wireMs: 0 },
  ])("keeps the expiry five minutes within the provider's limit: $title", ({ expireMs, wireMs }) => {
    const latestMs = LIMITS.expiryMs - 5 * MINUTE_MS;
    expect(build(TEXT, later(expireMs))["expire_at"]).toBe(later(latestMs + wireMs).toISOString());
  });

  it("counts the provider's limit from send_at while that is ahead", () => {
    const sendAt = later(10 * MINUTE_MS);
    const expireAt = new Date(sendAt.getTime() + LIMITS.expiryMs);
    const batch = build({ ...TEXT, send_at: sendAt.toISOString() }, expireAt);
    expect(batch["expire_at"]).toBe(expireAt.toISOString());
  });
});

function build(data: object, expireAt = later(MINUTE_MS)): ReturnType<typeof buildBatch> {
  return buildBatch(inputOf(data, expireAt));
}

function inputOf(data: object, expireAt = later(MINUTE_MS)): Parameters<typeof buildBatch>[0] {
  const send = ready(data);
  return { send, recipients: send.recipients.accepted, reference: "own~eu-1", expireAt, now: NOW };
}

function ready(data: object): ReadySend {
  const read = readSend(data, NOW);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.send;
}
