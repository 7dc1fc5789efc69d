import { describe, expect, it } from "@jest/globals";

import { createDataMask } from "./mask-data.ts";

const maskData = createDataMask((id) => `ID ${String(id).length}`);

describe("createDataMask", () => {
  it("shows a send without who is texted and what they are told", () => {
    const send = {
      v: 1,
      type: "mt_text",
      from: "12015550123",
      to: Array.from({ length: 2_500 }, (_, index) => String(46_700_000_000 + index)),
      body: "Hi ${name}! Your code is on its way, today",
      parameters: { name: { "46701234567": "Ann", default: "there" } },
      send_at: "2026-12-01T09:00:00+01:00",
      callback_url: "https://hooks.example/volley?key=hush",
      client_reference: "spring to +46 70 123 45 67",
      label: "to +46 70 123 45 67",
      options: { flash_message: false, max_number_of_message_parts: 3, subject: "Ann" },
    };
    expect(maskData(send)).toEqual({
      v: 1,
      type: "mt_text",
      from: "number of 11 digits",
      to: "2,500 recipients",
      body: "text of 42 characters",
      parameters: ["name"],
      send_at: "2026-12-01T09:00:00+01:00",
      callback_url: "https://hooks.example/…",
      client_reference: "(26 characters)",
      label: "(19 characters)",
      options: { flash_message: false, max_number_of_message_parts: 3, subject: "text of 3 characters" },
    });
  });

  it("shows of a picture message the host of the picture", () => {
    const body = { url: "https://cdn.example/ann.png?key=hush", message: "Look, Ann", subject: "x" };
    expect(maskData({ type: "mt_media", body })).toEqual({
      type: "mt_media",
      body: { url: "https://cdn.example/…", message: "text of 9 characters", subject: "text of 1 character" },
    });
  });

  it("shows a staged send by its counts, and one recipient as one", () => {
    const staged = { id: "3f2504e0-4f89-41d3-9a0c-030582343301", recipients: 1_000_000, duplicate: 2, rejected: 1 };
    const rejections = [{ index: 0, recipient: "46701234567" }];
    expect(maskData({ staged: { ...staged, rejections } })).toEqual({
      staged: { ...staged, rejections: { "no reason": "1 recipient" } },
    });
    expect(maskData({ to: ["46701234567"] })).toEqual({ to: "1 recipient" });
    expect(maskData({ to: "46701234567,46701234568" })).toEqual({ to: "2 recipients" });
  });

  it("masks a planned and a settled send", () => {
    const message = { from: "Volley", body: "Hi" };
    const rejections = [{ index: 3, recipient: "+1", reason: "invalid" }];
    const planned = { parts: 1_200, requested: 1_200_001, duplicate: 0, rejected: 1, rejections };
    expect(maskData({ message, planned })).toEqual({
      message: { from: "Volley", body: "text of 2 characters" },
      planned: {
        parts: 1_200,
        requested: 1_200_001,
        duplicate: 0,
        rejected: 1,
        rejections: { invalid: "1 recipient" },
      },
    });
    expect(maskData({ message, settled: { state: "expired", errors: [] } })).toMatchObject({
      settled: { state: "expired" },
    });
  });

  it("masks requests to change a send", () => {
    expect(maskData({ send: "46701234567", decision: "not_sent" })).toEqual({ send: "ID 11", decision: "not_sent" });
  });

  it("describes what it does not know, because any client may have added the job", () => {
    const data = {
      sendTo: ["46701234567"],
      phone: 46_701_234_567,
      message: "Hi Ann",
      list: { "46701234567": "Ann", tries: 3, ok: true, none: null },
      from: "12015550123",
    };
    expect(maskData(data)).toEqual({
      sendTo: "list of 1 entry",
      phone: "a long number",
      message: "text of 6 characters",
      list: { "(11 characters)": "text of 3 characters", tries: 3, ok: true, none: null },
      from: "number of 11 digits",
    });
  });

  it.each([
    ["46701234567", "text of 11 characters"],
    [46_701_234_567, "a long number"],
    [["46701234567"], "list of 1 entry"],
    [null, null],
  ])("describes data that is no object: %j", (data, masked) => {
    expect(maskData(data)).toEqual(masked);
  });

  it.each([
    "v",
    "type",
    "from",
    "priority",
    "send_at",
    "expire_at",
    "delivery_report",
    "staged",
    "unsent",
    "send",
    "parts",
    "to",
    "body",
    "parameters",
    "client_reference",
    "label",
    "callback_url",
    "message",
    "planned",
    "settled",
  ])("shows nothing of a wrong %s", (name) => {
    for (const wrong of [46_701_234_567, ["46701234567"], { a: { b: { c: { d: { e: "46701234567" } } } } }]) {
      expect(JSON.stringify(maskData({ [name]: wrong }))).not.toContain("46701234567");
    }
  });

  it("is not led astray by names that every object has", () => {
    const data: unknown = JSON.parse('{"constructor":"Ann","toString":"Ann","__proto__":"Ann"}');
    expect(JSON.stringify(maskData(data))).not.toContain("Ann");
  });
});
