import { afterEach, describe, expect, test } from "@jest/globals";
import { BATCH, EVERY_CALL, last } from "../../test/every-call.ts";
import { startLocalServer } from "../../test/local-server.ts";
import { createSinchClient, type SinchClient } from "./sinch-client.ts";

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

/** An answer that every call can read: the form of each thing, with values and fields of tomorrow. */
const ANSWER_OF_TOMORROW = JSON.stringify({
  id: "01HEAWCHESCXG8SDG5R10VF8E1",
  batch_id: "01HEAWCHESCXG8SDG5R10VF8E1",
  recipient: "46701234567",
  type: "mt_hologram",
  delivery_report: "per_thought",
  status: "Teleported",
  statuses: [{ code: 1_234, status: "Teleported", count: 1, where: "Mars" }],
  code: 1_234,
  number_of_messages: 1,
  canceled: "perhaps",
  parameters: "none",
  created_at: 17,
  batches: [],
  delivery_reports: [],
  inbounds: [],
  groups: [],
  tags: [],
  tomorrow: { deep: [1] },
});

function open(baseUrl: string): SinchClient {
  const client = createSinchClient({ baseUrl, servicePlanId: "plan", apiToken: "token" });
  opened.push(client);
  return client;
}

test("every call of the client is among these", () => {
  const { close, ...client } = open("http://127.0.0.1:1");
  const names = Object.entries(client).flatMap(([name, value]) => {
    if (typeof value === "function") return name;
    return typeof value === "object" ? Object.keys(value).map((inner) => `${name}.${inner}`) : [];
  });
  expect(close).toBeInstanceOf(Function);
  expect(EVERY_CALL.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

test.each(EVERY_CALL)("$name is one request: $request", async ({ request, run }) => {
  const server = await startLocalServer((_, response) => response.writeHead(503).end());
  opened.push(server);
  await run(open(server.baseUrl));
  expect(server.requests.map(({ method, url }) => `${method} ${url.replace("/xms/v1/plan", "")}`)).toEqual([request]);
  const [sent] = server.requests;
  expect(sent?.headers["authorization"]).toBe("Bearer token");
  expect(sent?.headers["content-type"]).toBe(sent?.body === "" ? undefined : "application/json");
});

describe("fields and values that nobody knows yet", () => {
  test.each(EVERY_CALL.filter(({ name }) => !/members|\.all$/.test(name)))("do no harm to $name", async ({ run }) => {
    const server = await startLocalServer((_, response) => response.end(ANSWER_OF_TOMORROW));
    opened.push(server);
    const outcome = await run(open(server.baseUrl));
    expect(["ok", "accepted", "absent", "canceled", "batch"]).toContain(outcome?.kind);
    const value = outcome?.kind === "ok" ? Reflect.get(outcome, "value") : outcome;
    // What is done has nothing to show; what is shown keeps what nobody knows yet.
    const isShown = outcome?.kind === "ok" && !("done" in value);
    expect(isShown ? value.tomorrow : { deep: [1] }).toEqual({ deep: [1] });
  });
});

test.each(EVERY_CALL.filter(({ request }) => request.includes("a%2Fb")))(
  "$name is told that there is no such thing, not that the set-up is wrong",
  async ({ name, run }) => {
    const server = await startLocalServer((_, response) => response.writeHead(404).end());
    opened.push(server);
    const kind = name.includes(".") ? "rejected" : "unauthorized";
    expect(await run(open(server.baseUrl))).toEqual({ kind, status: 404, code: "http_404", text: "HTTP 404" });
  },
);

const NO_TIME = new Date("nonsense");

const WITHOUT_TIME: readonly [string, string, (client: SinchClient) => Promise<object | undefined>][] = [
  ["sendBatch", "send_at", async (client) => client.sendBatch({ ...BATCH, send_at: NO_TIME })],
  ["findBatch", "start_date", async (client) => client.findBatch("mine", NO_TIME)],
  ["batches.send", "send_at", async ({ batches }) => batches.send({ ...BATCH, send_at: NO_TIME })],
  ["batches.update", "send_at", async ({ batches }) => batches.update("a", { send_at: NO_TIME, expire_at: null })],
  ["batches.replace", "expire_at", async ({ batches }) => batches.replace("a", { ...BATCH, expire_at: NO_TIME })],
  ["batches.dryRun", "send_at", async ({ batches }) => batches.dryRun({ ...BATCH, send_at: NO_TIME })],
  ["batches.list", "start_date", async ({ batches }) => batches.list({ start_date: NO_TIME })],
  [
    "batches.all",
    "end_date",
    async ({ batches }) => last(batches.all({ start_date: "2026-11-29", end_date: NO_TIME })),
  ],
  ["deliveryReports.list", "start_date", async (client) => client.deliveryReports.list({ start_date: NO_TIME })],
  ["deliveryReports.all", "start_date", async (client) => last(client.deliveryReports.all({ start_date: NO_TIME }))],
  ["inbounds.list", "end_date", async ({ inbounds }) => inbounds.list({ start_date: "2026-11-29", end_date: NO_TIME })],
  ["inbounds.all", "start_date", async ({ inbounds }) => last(inbounds.all({ start_date: NO_TIME }))],
];

test.each(WITHOUT_TIME)("%s with an invalid Date is refused, and nothing is sent", async (_, field, run) => {
  const server = await startLocalServer((__, response) => response.end(ANSWER_OF_TOMORROW));
  opened.push(server);
  const outcome = await run(open(server.baseUrl));
  const refusal = outcome && "failure" in outcome ? outcome.failure : outcome;
  const text = `${field}: expected a time, got an invalid Date`;
  expect(refusal).toEqual({ kind: "rejected", status: 400, code: "invalid_time", text });
  expect(server.requests).toEqual([]);
});

test.each(["", ".", ".."])("the ID %p reaches nothing", async (id) => {
  const server = await startLocalServer((_, response) => response.end(ANSWER_OF_TOMORROW));
  opened.push(server);
  const { groups, batches, deliveryReports, cancelBatch } = open(server.baseUrl);
  const refusal = { kind: "rejected", status: 404, code: "invalid_id" };
  expect(await groups.delete(id)).toMatchObject(refusal);
  expect(await batches.cancel(id)).toMatchObject(refusal);
  expect(await cancelBatch(id)).toMatchObject(refusal);
  expect(await deliveryReports.ofRecipient("a", id)).toMatchObject(refusal);
  expect(server.requests).toEqual([]);
});
