import { afterEach, describe, expect, test } from "@jest/globals";
import { type LocalServer, startLocalServer } from "../../test/local-server.ts";
import { createSinchClient, type SinchClient } from "../client/sinch-client.ts";
import type { BatchUpdate } from "./batch-update.ts";

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

const stored = {
  id: "01HEAWCHESCXG8SDG5R10VF8E1",
  type: "mt_text",
  to: ["12017777777"],
  from: "12015550123",
  body: "Hi ${name}!",
  parameters: { name: { "+12017777777": "Ann", default: "there" } },
  canceled: false,
  created_at: "2023-11-03T15:21:21.113Z",
  expire_at: "2023-11-06T15:21:21.113Z",
  delivery_report: "none",
  flash_message: false,
};

/** A change that takes back whatever has a default. */
const RESETS = [
  {
    from: null,
    delivery_report: null,
    send_at: null,
    expire_at: null,
    callback_url: null,
    client_reference: null,
    feedback_enabled: null,
    parameters: null,
    flash_message: null,
    truncate_concat: null,
    max_number_of_message_parts: null,
    from_ton: null,
    from_npi: null,
    dlt_principal_entity_id: null,
    dlt_template_id: null,
  },
  { type: "mt_binary", client_reference: null, feedback_enabled: null, from_ton: null, from_npi: null },
  { type: "mt_media", client_reference: null, parameters: null, strict_validation: null },
] as const satisfies readonly BatchUpdate[];

async function start(status: number, body: unknown): Promise<{ client: SinchClient; server: LocalServer }> {
  const server = await startLocalServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  const client = createSinchClient({ baseUrl: server.baseUrl, servicePlanId: "plan", apiToken: "token" });
  opened.push(server, client);
  return { client, server };
}

function sentBody(server: LocalServer): unknown {
  return JSON.parse(server.requests[0]?.body ?? "");
}

describe("client.batches", () => {
  test("sends a batch and gives it as the provider has it", async () => {
    const { client, server } = await start(201, stored);
    const sendAt = new Date("2026-12-01T09:00:00Z");
    expect(await client.batches.send({ to: ["+12017777777"], body: "Hi!", send_at: sendAt })).toEqual({
      kind: "ok",
      value: stored,
    });
    expect(sentBody(server)).toEqual({ to: ["+12017777777"], body: "Hi!", send_at: "2026-12-01T09:00:00.000Z" });
  });

  test.each([
    [{ type: "mt_binary", to: ["1"], body: "SGk=", udh: "06050423F423F4" } as const],
    [{ type: "mt_media", to: ["1"], body: { url: "https://example.com/a.jpg" }, strict_validation: true } as const],
  ])("sends %p as it is", async (batch) => {
    const { client, server } = await start(201, { ...stored, type: batch.type, body: batch.body });
    expect(await client.batches.send(batch)).toMatchObject({ kind: "ok", value: { body: batch.body } });
    expect(sentBody(server)).toEqual(batch);
  });

  test("leaves out what a caller has not set when it replaces, and says null when it changes", async () => {
    const careless: object = { to: ["1"], body: "Hi!", from: null, send_at: undefined, parameters: null };
    const replaced = await start(200, stored);
    await replaced.client.batches.replace("a", careless as { to: string[]; body: string });
    expect(sentBody(replaced.server)).toEqual({ to: ["1"], body: "Hi!" });
    const changed = await start(200, stored);
    await changed.client.batches.update("a", { to_remove: ["1"], send_at: null, parameters: null });
    expect(sentBody(changed.server)).toEqual({ to_remove: ["1"], send_at: null, parameters: null });
  });

  test.each<BatchUpdate>([...RESETS])("says null for each field that is taken back: %p", async (changes) => {
    const { client, server } = await start(200, stored);
    expect(await client.batches.update("a", changes)).toMatchObject({ kind: "ok" });
    expect(sentBody(server)).toEqual(changes);
  });

  test("shows a batch that was canceled", async () => {
    const { client } = await start(200, { ...stored, canceled: true });
    expect(await client.batches.cancel("a")).toMatchObject({ kind: "ok", value: { canceled: true } });
  });

  test("lists a page with its count", async () => {
    const page = { count: 1, page: 0, page_size: 1, batches: [stored] };
    const { client } = await start(200, page);
    expect(await client.batches.list({ start_date: "2026-11-01T00:00:00Z" })).toEqual({ kind: "ok", value: page });
  });

  test.each([
    [{ number_of_recipients: 2, number_of_messages: 3, per_recipient: [{ recipient: "1", number_of_parts: 2 }] }],
    [{ number_of_messages: 3, new_field: true }],
  ])("tells what a batch would come to: %p", async (answer) => {
    const { client, server } = await start(200, answer);
    expect(await client.batches.dryRun({ to: ["1"], body: "Hi!" })).toEqual({ kind: "ok", value: answer });
    expect(server.requests[0]?.url).toBe("/xms/v1/plan/batches/dry_run");
  });

  test("takes no number of messages for none at all", async () => {
    const { client } = await start(200, { number_of_messages: null });
    expect(await client.batches.dryRun({ to: ["1"], body: "Hi!" })).toMatchObject({ code: "no_dry_run" });
  });

  test("reports who got it, also where that is everybody", async () => {
    const { client, server } = await start(202, "");
    expect(await client.batches.deliveryFeedback("a", [])).toEqual({ kind: "ok", value: { done: true } });
    expect(sentBody(server)).toEqual({ recipients: [] });
  });

  test("walks over a list whose pages shift, and asks page by page", async () => {
    const [a, b, c] = ["a", "b", "c"].map((id) => ({ ...stored, id }));
    const pages = [[c, b], [b, a], []];
    const server = await startLocalServer((request, response) => {
      const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("page"));
      response.end(JSON.stringify({ count: 4, batches: pages[page] }));
    });
    const client = createSinchClient({ baseUrl: server.baseUrl, servicePlanId: "plan", apiToken: "token" });
    opened.push(server, client);
    const ids: string[] = [];
    for await (const entry of client.batches.all({ start_date: new Date(0), page_size: 2, client_reference: "r" })) {
      ids.push(entry.kind === "ok" ? entry.value.id : entry.code);
    }
    expect(ids).toEqual(["c", "b", "a"]);
    expect(server.requests.map(({ url }) => url)).toEqual(
      [0, 1, 2].map(
        (page) =>
          `/xms/v1/plan/batches?start_date=1970-01-01T00%3A00%3A00.000Z&client_reference=r&page=${page}&page_size=2`,
      ),
    );
  });

  test("is given up, and writes nothing too late", async () => {
    const { client, server } = await start(201, stored);
    const late = { notAfter: new Date(0) };
    expect(await client.batches.send({ to: ["1"], body: "Hi!" }, late)).toMatchObject({ code: "too_late" });
    const given = { signal: AbortSignal.abort() };
    expect(await client.batches.get("a", given)).toMatchObject({ kind: "unknown", code: "aborted" });
    expect(server.requests).toEqual([]);
  });
});
