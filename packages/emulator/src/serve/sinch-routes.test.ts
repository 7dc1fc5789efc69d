import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "./start-emulator.ts";

const START_MS = Date.UTC(2026, 10, 23, 12);
const BATCH = { from: "+12015550123", to: ["+46701234567"], body: "Hi" };

let emulator: Emulator;
let nowMs: number;

beforeEach(async () => {
  nowMs = START_MS;
  emulator = await startEmulator({ plans: { plan: "token", other: "other-token" }, now: () => nowMs });
});

afterEach(() => emulator.close());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Record<string, unknown> | undefined;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${emulator.url}/xms/v1/plan${path}`, {
    method,
    headers: {
      authorization: "Bearer token",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: text.startsWith("{") ? JSON.parse(text) : undefined };
}

async function send(changes: object = {}): Promise<string> {
  const answer = await call("POST", "/batches", { ...BATCH, ...changes });
  expect(answer.status).toBe(201);
  return String(answer.json?.["id"]);
}

/** A page of two, with the IDs in place of the batches. */
async function page(number: number): Promise<unknown> {
  const { json } = await call("GET", `/batches?page=${number}&page_size=2`);
  const batches: unknown = json?.["batches"];
  return { ...json, batches: Array.isArray(batches) ? batches.map((batch: { id: string }) => batch.id) : batches };
}

describe("authentication", () => {
  test.each([
    ["no token", "plan", undefined],
    ["a wrong token", "plan", "Bearer nonsense"],
    ["another plan's token", "plan", "Bearer other-token"],
    ["another scheme", "plan", "Basic token"],
    ["an unknown plan", "nowhere", "Bearer token"],
  ])("answers 401 without a body to %s", async (_name, plan, authorization) => {
    const response = await fetch(`${emulator.url}/xms/v1/${plan}/batches`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization === undefined ? {} : { authorization }) },
      body: JSON.stringify(BATCH),
    });
    expect([response.status, await response.text()]).toEqual([401, ""]);
    expect(emulator.stats()).toMatchObject({ batches: 0, by_status: { 401: 1 } });
  });

  test("takes any plan and any token that is not empty when no plans are given", async () => {
    const open = await startEmulator();
    const ask = (authorization: string): Promise<Response> =>
      fetch(`${open.url}/xms/v1/whatever/batches`, { headers: { authorization } });
    const statuses = [(await ask("Bearer x")).status, (await ask("Bearer ")).status];
    await open.close();
    expect(statuses).toEqual([200, 401]);
  });
});

describe("POST /batches", () => {
  test("answers 201 with the request, its defaults and numbers without +", async () => {
    const group = String((await call("POST", "/groups", {})).json?.["id"]);
    const { status, json } = await call("POST", "/batches", {
      ...BATCH,
      to: ["+46 70 123 45 67", "004712345678", group],
      body: "Hi ${name}",
      parameters: { name: { "+46701234567": "Ann", default: "you" } },
      client_reference: "spring~1",
      callback_url: null,
    });
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      from: "12015550123",
      to: ["46701234567", "4712345678", group],
      body: "Hi ${name}",
      parameters: { name: { "+46701234567": "Ann", default: "you" } },
      client_reference: "spring~1",
      canceled: false,
      created_at: "2026-11-23T12:00:00.000Z",
      modified_at: "2026-11-23T12:00:00.000Z",
      type: "mt_text",
      delivery_report: "none",
      expire_at: "2026-11-26T12:00:00.000Z",
      flash_message: false,
      feedback_enabled: false,
    });
    expect(emulator.textsTo("+46701234567")).toEqual(["Hi Ann"]);
    expect(emulator.textsTo("4712345678")).toEqual(["Hi you"]);
  });

  test("gives the times of the request back in UTC, and an expiry three days later", async () => {
    const { json } = await call("POST", "/batches", { ...BATCH, send_at: "2026-12-01T09:00:00+01:00" });
    expect(json).toMatchObject({ send_at: "2026-12-01T08:00:00.000Z", expire_at: "2026-12-04T08:00:00.000Z" });
  });

  test("gives IDs that sort by time and carry it", async () => {
    const first = await send();
    const second = await send();
    nowMs += 1;
    const third = await send();
    expect([third, second, first].toSorted()).toEqual([first, second, third]);
    expect(first.slice(0, 10)).toBe(second.slice(0, 10));
  });

  test("makes a second batch of the same reference", async () => {
    await send({ client_reference: "same" });
    await send({ client_reference: "same" });
    expect(emulator.timesTexted("46701234567")).toBe(2);
    expect(emulator.stats()).toMatchObject({ batches: 2, recipients: 1, texted: 2, texted_more_than_once: 1 });
  });

  test("does not text a recipient who lacks a parameter, and texts the others", async () => {
    await send({ to: ["46701234567", "46701234568"], body: "${a}", parameters: { a: { "46701234567": "x" } } });
    expect([emulator.timesTexted("46701234567"), emulator.timesTexted("46701234568")]).toEqual([1, 0]);
    expect([emulator.textsTo("46701234567"), emulator.textsTo("46701234568")]).toEqual([["x"], []]);
  });

  test("finds texts to numbers that were written with separators or escapes", async () => {
    await send({ to: ["+46 70-123 45 67"] });
    const escaped = String.raw`{"from":"12345","to":["\u0034\u0036701234567"],"body":"escaped"}`;
    expect((await call("POST", "/batches", escaped)).status).toBe(201);
    expect(emulator.textsTo("46701234567")).toEqual(["Hi", "escaped"]);
  });

  test("refuses with 400 and Sinch's code, and counts nobody", async () => {
    expect((await call("POST", "/batches", { ...BATCH, to: ["+46701234567", "+1"] })).json).toEqual({
      code: "syntax_invalid_parameter_format",
      text: "The format of parameter 'to[1]' is invalid; value '+1' is not a valid MSISDN or group ID.",
    });
    expect((await call("POST", "/batches", "{")).json).toMatchObject({ code: "syntax_invalid_json" });
    expect((await call("POST", "/batches", "")).status).toBe(400);
    expect(emulator.stats()).toMatchObject({ batches: 0, texted: 0, by_status: { 400: 3 } });
  });

  test("answers 415 without a JSON content type", async () => {
    const asText = await call("POST", "/batches", BATCH, { "content-type": "text/plain" });
    const without = await call("POST", "/batches");
    const withCharset = await call("POST", "/batches", BATCH, { "content-type": "application/json; charset=utf-8" });
    expect([asText.status, without.status, withCharset.status]).toEqual([415, 415, 201]);
  });
});

describe("GET and DELETE /batches/{id}", () => {
  test("shows a batch to its own plan only", async () => {
    const id = await send();
    expect((await call("GET", `/batches/${id}`)).json).toMatchObject({ id, to: ["46701234567"] });
    const other = await fetch(`${emulator.url}/xms/v1/other/batches/${id}`, {
      headers: { authorization: "Bearer other-token" },
    });
    expect([other.status, (await call("GET", "/batches/unknown")).status]).toEqual([404, 404]);
  });

  test("canceling before send_at keeps everybody from being texted", async () => {
    const id = await send({ send_at: "2026-11-24T00:00:00Z" });
    expect(emulator.timesTexted("46701234567")).toBe(1);
    nowMs += 1_000;
    const canceled = await call("DELETE", `/batches/${id}`);
    expect(canceled).toMatchObject({ status: 200, json: { canceled: true, modified_at: "2026-11-23T12:00:01.000Z" } });
    expect((await call("DELETE", `/batches/${id}`)).status).toBe(200);
    expect(emulator.timesTexted("46701234567")).toBe(0);
    expect(emulator.textsTo("46701234567")).toEqual([]);
    expect(emulator.batches()).toMatchObject([{ id, canceled: true, withdrawn: true }]);
  });

  test("canceling after send_at takes no text back", async () => {
    const id = await send({ send_at: "2026-11-23T12:00:01Z" });
    nowMs += 1_000;
    expect((await call("DELETE", `/batches/${id}`)).json).toMatchObject({ canceled: true });
    expect(emulator.timesTexted("46701234567")).toBe(1);
    expect(emulator.textsTo("46701234567")).toEqual(["Hi"]);
    expect((await call("DELETE", "/batches/unknown")).status).toBe(404);
  });
});

describe("GET /batches", () => {
  test("pages newest first, with the number of all matches and of this page", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await send());
    expect(await page(0)).toEqual({ count: 5, page: 0, page_size: 2, batches: [ids[4], ids[3]] });
    expect(await page(2)).toEqual({ count: 5, page: 2, page_size: 1, batches: [ids[0]] });
    expect(await page(3)).toEqual({ count: 5, page: 3, page_size: 0, batches: [] });
  });

  test("finds a reference, and hides it after 24 hours unless start_date says otherwise", async () => {
    const id = await send({ client_reference: "a~1&b" });
    await send({ client_reference: "a~1" });
    const query = `/batches?client_reference=${encodeURIComponent("a~1&b")}`;
    expect((await call("GET", query)).json).toMatchObject({ count: 1, batches: [{ id }] });
    nowMs += 24 * 60 * 60 * 1_000 + 1;
    expect((await call("GET", query)).json).toMatchObject({ count: 0 });
    expect((await call("GET", `${query}&start_date=2026-11-23`)).json).toMatchObject({ count: 1 });
  });

  test("refuses a bad query with 400", async () => {
    expect((await call("GET", "/batches?page_size=101")).status).toBe(400);
  });
});

describe("other paths and methods", () => {
  test.each([
    ["PUT", "/batches", 405],
    ["DELETE", "/batches", 405],
    ["PATCH", "/batches/01HEAWCHESCXG8SDG5R10VF8E1", 405],
    ["GET", "/nothing", 404],
    ["GET", "/batches/a/b", 404],
  ])("answers %s %s with %i", async (method, path, status) => {
    expect((await call(method, path)).status).toBe(status);
    expect(emulator.requests()).toMatchObject([{ method, status }]);
  });
});

describe("requests", () => {
  test("are noted with plan, path, query, status and recipients", async () => {
    await send({ to: ["46701234567", "46701234568"] });
    await call("GET", "/batches?client_reference=a?b");
    const request = { at: START_MS, plan: "plan", path: "/xms/v1/plan/batches", in_flight: 1 };
    expect(emulator.requests()).toEqual([
      { ...request, method: "POST", query: "", status: 201, recipients: 2 },
      { ...request, method: "GET", query: "client_reference=a?b", status: 200, recipients: 0 },
    ]);
  });
});

test("what the emulator cannot answer ends the connection, and nobody waits", async () => {
  const broken = await startEmulator({
    random: () => {
      throw new Error("no random numbers");
    },
  });
  broken.faults.add({ probability: 0.5, action: { kind: "status", status: 500 } });
  const ask = (): Promise<Response> => fetch(`${broken.url}/xms/v1/plan/batches`);
  await expect(ask()).rejects.toThrow("fetch failed");
  broken.faults.clear();
  const { status } = await ask();
  await broken.close();
  expect(status).toBe(401);
});
