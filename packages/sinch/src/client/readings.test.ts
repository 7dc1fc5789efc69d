import { afterEach, describe, expect, test } from "@jest/globals";
import { startLocalServer } from "../../test/local-server.ts";
import { createSinchClient, type SinchClient } from "./sinch-client.ts";

/** What is read of reports, inbounds and groups, in the forms that Sinch's own samples and clients have. */

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

async function answering(body: unknown, status = 200): Promise<SinchClient> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const server = await startLocalServer((_, response) => response.writeHead(status).end(text));
  const client = createSinchClient({ baseUrl: server.baseUrl, servicePlanId: "plan", apiToken: "token" });
  opened.push(server, client);
  return client;
}

/** A fixture of Sinch's own Node client. */
const recipientReport = {
  at: "2025-01-13T09:22:40.914Z",
  batch_id: "01JHFFHQ0P99JPPNQPJDV7JTBP",
  client_reference: "a client reference",
  code: 0,
  operator_status_at: "2025-01-13T09:22:00Z",
  recipient: "33662162466",
  status: "Delivered",
  type: "recipient_delivery_report_sms",
};

describe("client.deliveryReports", () => {
  test("reads a full report of a batch", async () => {
    const report = {
      type: "delivery_report_sms",
      batch_id: "a",
      total_message_count: 3,
      statuses: [
        { code: 400, status: "Queued", count: 2, recipients: ["1", "2"] },
        { code: 1_234, status: "Teleported", count: 1, recipients: ["3"] },
      ],
    };
    const client = await answering(report);
    expect(await client.deliveryReports.ofBatch("a", { type: "full" })).toEqual({ kind: "ok", value: report });
  });

  test("reads numbers that old samples write as texts", async () => {
    const client = await answering({
      batch_id: "a",
      total_message_count: "3",
      statuses: [{ code: "401", status: "Dispatched", count: "3" }],
    });
    expect(await client.deliveryReports.ofBatch("a")).toMatchObject({
      value: { total_message_count: 3, statuses: [{ code: 401, count: 3 }] },
    });
  });

  test.each([{ batch_id: "a" }, { batch_id: "a", statuses: [] }])("reads an empty report: %p", async (report) => {
    const client = await answering(report);
    expect(await client.deliveryReports.ofBatch("a")).toMatchObject({ kind: "ok", value: { statuses: [] } });
  });

  test.each([{ batch_id: "a", statuses: "none" }, { statuses: [] }])("takes %p for no report", async (report) => {
    const client = await answering(report);
    expect(await client.deliveryReports.ofBatch("a")).toMatchObject({ kind: "unknown", code: "no_report" });
  });

  test("reads the report about a recipient", async () => {
    const client = await answering(recipientReport);
    expect(await client.deliveryReports.ofRecipient("a", "33662162466")).toEqual({
      kind: "ok",
      value: recipientReport,
    });
  });

  test("reads every field that a report about a recipient may have", async () => {
    const report = {
      ...recipientReport,
      applied_originator: "12015550123",
      encoding: "UNICODE",
      number_of_message_parts: 2,
      operator: "24001",
      status_message: "Delivered to the handset",
    };
    const client = await answering({ ...report, number_of_message_parts: "2" });
    expect(await client.deliveryReports.ofRecipient("a", "33662162466")).toEqual({ kind: "ok", value: report });
  });

  test("gives two recipients of one batch, and one report once", async () => {
    const other = { ...recipientReport, recipient: "33662162467" };
    const client = await answering({ count: 9, delivery_reports: [recipientReport, other, recipientReport] });
    const seen: unknown[] = [];
    for await (const entry of client.deliveryReports.all({ start_date: new Date(0) })) {
      if (entry.kind === "ok") seen.push(entry.value.recipient);
    }
    expect(seen).toEqual(["33662162466", "33662162467"]);
  });

  test("takes a list with an entry that belongs to no batch for none", async () => {
    const client = await answering({ count: 1, delivery_reports: [{ recipient: "1" }] });
    expect(await client.deliveryReports.list({ start_date: new Date(0) })).toMatchObject({ code: "no_list" });
  });
});

describe("client.inbounds", () => {
  test.each([
    [{ id: "a", type: "mo_text", from: "1", to: "2", body: "STOP", received_at: "2026-12-01T08:00:00Z" }],
    [{ id: "a", type: "mo_binary", from: "1", to: "2", body: "SGk=", udh: "0605" }],
    [{ id: "a", type: "mo_hologram", body: { projector: true } }],
    [{ id: "a" }],
  ])("reads %p", async (inbound) => {
    const client = await answering(inbound);
    expect(await client.inbounds.get("a")).toEqual({ kind: "ok", value: inbound });
  });

  test("reads what came with an MMS, in both spellings", async () => {
    const client = await answering({
      id: "a",
      type: "mo_media",
      body: {
        subject: "Hi",
        media: [
          { url: "https://example.com/1", content_type: "image/png", status: "Uploaded", code: 0 },
          { contentType: "image/jpeg", status: "FAILED", code: 2 },
        ],
      },
    });
    expect(await client.inbounds.get("a")).toMatchObject({
      value: {
        body: {
          subject: "Hi",
          media: [
            { url: "https://example.com/1", content_type: "image/png", status: "Uploaded", code: 0 },
            { content_type: "image/jpeg", status: "FAILED", code: 2 },
          ],
        },
      },
    });
  });

  test("lists a page", async () => {
    const page = { count: 1, page: 0, page_size: 1, inbounds: [{ id: "a" }] };
    const client = await answering(page);
    expect(await client.inbounds.list({ start_date: "2026-11-29" })).toEqual({ kind: "ok", value: page });
  });
});

describe("client.groups", () => {
  const group = {
    id: "01",
    name: "Ann's",
    size: 1,
    child_groups: [],
    auto_update: { to: "1", add: { first_word: "JOIN" } },
  };

  test("reads a group that was made, changed, put in place or found", async () => {
    const { groups } = await answering(group, 201);
    const read = { kind: "ok", value: group };
    expect(await groups.create({ name: "Ann's" })).toEqual(read);
    expect(await groups.update("01", { add: ["1"], name: null })).toEqual(read);
    expect(await groups.replace("01", { members: ["1"] })).toEqual(read);
    expect(await groups.get("01")).toEqual(read);
  });

  test.each([200, 202, 204])("takes %i for deleted", async (status) => {
    const { groups } = await answering("", status);
    expect(await groups.delete("01")).toEqual({ kind: "ok", value: { done: true } });
  });

  test.each([
    [
      ["12017777777", "12018888888"],
      ["12017777777", "12018888888"],
    ],
    [[12017777777], ["12017777777"]],
    [[], []],
  ])("reads the members %p", async (answer, value) => {
    const { groups } = await answering(answer);
    expect(await groups.members("01")).toEqual({ kind: "ok", value });
  });

  test.each([{ members: ["1"] }, [{ msisdn: "1" }]])("takes %p for no list of members", async (answer) => {
    const { groups } = await answering(answer);
    expect(await groups.members("01")).toMatchObject({ kind: "unknown", code: "no_list" });
  });

  test("reads tags, with whatever stands beside them", async () => {
    const value = { tags: ["vip", "stockholm"], total: 2 };
    const { groups } = await answering(value);
    expect(await groups.tags("01")).toEqual({ kind: "ok", value });
    expect(await groups.updateTags("01", { add: ["vip"] })).toEqual({ kind: "ok", value });
    expect(await groups.replaceTags("01", ["vip", "stockholm"])).toEqual({ kind: "ok", value });
  });

  test.each([[["vip"]], [{}], [{ tags: "vip" }]])("takes %j for no list of tags", async (answer) => {
    const { groups } = await answering(answer);
    expect(await groups.tags("01")).toMatchObject({ kind: "unknown", code: "no_list" });
  });
});

describe("words that the provider adds tomorrow", () => {
  test("may be written, and what is shown of a batch has its type", async () => {
    const shown = { id: "01", from_ton: 1, from_npi: 18, strict_validation: true, canceled: false };
    const { batches, deliveryReports } = await answering(shown);
    const tomorrow = { to: ["46701234567"], body: "Hi", delivery_report: "per_thought", mood: "merry" };
    const sent = await batches.send(tomorrow);
    expect(sent).toEqual({ kind: "ok", value: shown });
    const numbers: (number | undefined)[] = sent.kind === "ok" ? [sent.value.from_ton, sent.value.from_npi] : [];
    expect(numbers).toEqual([1, 18]);
    expect(await deliveryReports.ofBatch("01", { status: ["Read", "Delivered"] })).toMatchObject({ kind: "unknown" });
  });
});
