import { request } from "node:http";
import type { ClientRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "../serve/start-emulator.ts";
import type { FaultAction } from "./fault.ts";

const NUMBER = "46701234567";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(() => emulator.close());

function send(changes: object = {}, plan = "plan"): Promise<Response> {
  return fetch(`${emulator.url}/xms/v1/${plan}/batches`, {
    method: "POST",
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    body: JSON.stringify({ from: "12345", to: [NUMBER], body: "Hi", client_reference: "spring~1", ...changes }),
  });
}

function list(query = ""): Promise<Response> {
  return fetch(`${emulator.url}/xms/v1/plan/batches${query}`, { headers: { authorization: "Bearer x" } });
}

async function found(): Promise<unknown> {
  return (await list("?client_reference=spring~1")).json();
}

/** A send whose connection can be cut; nobody waits for its answer. */
function sendAndLeave(): ClientRequest {
  const body = JSON.stringify({ from: "12345", to: [NUMBER], body: "Hi" });
  const headers = { authorization: "Bearer x", "content-type": "application/json" };
  const sent = request(`${emulator.url}/xms/v1/plan/batches`, { method: "POST", headers });
  sent.on("error", () => {});
  sent.end(body);
  return sent;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

async function statuses(count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index += 1) seen.push((await send()).status);
  return seen;
}

const OUTAGE: FaultAction = { kind: "status", status: 503 };

describe("status", () => {
  test("answers with body and headers of one's own, and accepts nothing", async () => {
    const body = { code: "x", text: "y" };
    emulator.faults.add({ action: { kind: "status", status: 429, body, headers: { "retry-after": "7" } } });
    const response = await send();
    expect([response.status, response.headers.get("retry-after"), await response.json()]).toEqual([429, "7", body]);
    expect(emulator.timesTexted(NUMBER)).toBe(0);
  });

  test("sends a text as it is", async () => {
    emulator.faults.add({ action: { kind: "status", status: 502, body: "<h1>Bad Gateway</h1>" } });
    const response = await send();
    expect([response.status, await response.text()]).toEqual([502, "<h1>Bad Gateway</h1>"]);
  });

  test("can accept the batch all the same", async () => {
    emulator.faults.add({ action: { kind: "status", status: 504, accept: true } });
    expect((await send()).status).toBe(504);
    expect(emulator.timesTexted(NUMBER)).toBe(1);
  });
});

describe("latency", () => {
  test("answers normally, and the batch is accepted before the client gives up", async () => {
    emulator.faults.add({ action: { kind: "latency", ms: 1 } });
    expect((await send()).status).toBe(201);
    emulator.faults.add({ action: { kind: "latency", ms: 3_600_000 } });
    const sent = sendAndLeave();
    await until(() => emulator.timesTexted(NUMBER) === 2);
    expect(emulator.stats().in_flight).toBe(1);
    sent.destroy();
    await until(() => emulator.stats().in_flight === 0);
    expect(emulator.requests().at(-1)?.status).toBeNull();
    expect(emulator.stats().by_status).toEqual({ 201: 1, none: 1 });
  });

  test("before the work lets a batch be canceled only after it was sent", async () => {
    const due = await startEmulator();
    const { url, faults } = due;
    const batches = `${url}/xms/v1/plan/batches`;
    const headers = { authorization: "Bearer x", "content-type": "application/json" };
    const send_at = new Date(Date.now() + 150).toISOString();
    const body = JSON.stringify({ from: "12345", to: [NUMBER], body: "Hi", send_at });
    const { id } = (await (await fetch(batches, { method: "POST", headers, body })).json()) as { id: string };
    faults.add({ match: { method: "DELETE" }, action: { kind: "latency", ms: 200, before: true } });
    const canceled = await (await fetch(`${batches}/${id}`, { method: "DELETE", headers })).json();
    expect(canceled).toMatchObject({ canceled: true, send_at });
    expect(Date.parse(Object(canceled).modified_at)).toBeGreaterThanOrEqual(Date.parse(send_at));
    expect(due.timesTexted(NUMBER)).toBe(1);
    await due.close();
  });

  test("combines with another fault", async () => {
    emulator.faults.add({ action: { kind: "latency", ms: 1 } });
    emulator.faults.add({ action: OUTAGE });
    expect(await statuses(2)).toEqual([503, 201]);
    expect(emulator.faults.list().map(({ struck }) => struck)).toEqual([1, 1]);
  });
});

describe("drop", () => {
  test.each([
    [true, 1],
    [false, 0],
  ])("cuts the connection; accept %s counts %i", async (accept, times) => {
    emulator.faults.add({ action: { kind: "drop", accept, after_ms: 1 } });
    await expect(send()).rejects.toThrow("fetch failed");
    expect(emulator.timesTexted(NUMBER)).toBe(times);
    expect(emulator.requests()).toMatchObject([{ status: null, recipients: 1 }]);
    expect((await send()).status).toBe(201);
  });
});

describe("hang", () => {
  test.each([
    [true, 1],
    [false, 0],
  ])("never answers; accept %s counts %i", async (accept, times) => {
    emulator.faults.add({ action: { kind: "hang", accept } });
    const sent = sendAndLeave();
    await until(() => emulator.faults.list()[0]?.struck === 1);
    expect(emulator.stats().in_flight).toBe(1);
    sent.destroy();
    await until(() => emulator.stats().in_flight === 0);
    expect(emulator.timesTexted(NUMBER)).toBe(times);
  });
});

describe("malformed", () => {
  test("truncated is half of the JSON", async () => {
    emulator.faults.add({ action: { kind: "malformed", shape: "truncated", accept: true } });
    const text = await (await send()).text();
    expect(text).toMatch(/^\{"id":"/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(emulator.timesTexted(NUMBER)).toBe(1);
  });

  test("html is a page", async () => {
    emulator.faults.add({ action: { kind: "malformed", shape: "html", accept: false } });
    const response = await send();
    expect([response.status, response.headers.get("content-type")]).toEqual([
      201,
      expect.stringContaining("text/html"),
    ]);
    expect(emulator.timesTexted(NUMBER)).toBe(0);
  });

  test("no_reference lacks the references only", async () => {
    await send();
    emulator.faults.add({ action: { kind: "malformed", shape: "no_reference", accept: true } });
    const { batches } = (await found()) as { batches: object[] };
    expect(batches).toEqual([expect.objectContaining({ id: emulator.batches()[0]?.id, to: [NUMBER] })]);
    expect(batches[0]).not.toHaveProperty("client_reference");
    expect(await found()).toMatchObject({ batches: [{ client_reference: "spring~1" }] });
  });

  test("no_id lacks the ID only", async () => {
    emulator.faults.add({ times: 2, action: { kind: "malformed", shape: "no_id", accept: true } });
    const json: unknown = await (await send()).json();
    expect(json).toMatchObject({ to: [NUMBER], canceled: false });
    expect(json).not.toHaveProperty("id");
    expect(await (await list()).json()).toEqual({ count: 1, page: 0, page_size: 1, batches: [json] });
  });

  test("empty is 201 and nothing", async () => {
    emulator.faults.add({ action: { kind: "malformed", shape: "empty", accept: true } });
    const response = await send();
    expect([response.status, await response.text()]).toEqual([201, ""]);
  });
});

describe("late_listing", () => {
  test("hides an accepted batch from lists for a while, and combines with a drop", async () => {
    let nowMs = Date.UTC(2026, 10, 23);
    await emulator.close();
    emulator = await startEmulator({ now: () => nowMs });
    emulator.faults.add({ action: { kind: "late_listing", ms: 5_000 } });
    emulator.faults.add({ match: { method: "POST" }, action: { kind: "drop", accept: true } });
    expect(await found()).toMatchObject({ count: 0 });
    await expect(send()).rejects.toThrow("fetch failed");
    expect(emulator.timesTexted(NUMBER)).toBe(1);
    nowMs += 4_999;
    expect(await found()).toMatchObject({ count: 0 });
    nowMs += 1;
    expect(await found()).toMatchObject({ count: 1 });
  });
});

describe("reject_recipients", () => {
  test("names the entry of the first rejected recipient, and only strikes sends that hold one", async () => {
    const recipients = ["+46701234568", "46701234569"];
    emulator.faults.add({ times: null, action: { kind: "reject_recipients", recipients, named: true } });
    expect((await send()).status).toBe(201);
    const refused = await send({ to: [NUMBER, "46701234569", "46701234568"] });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toEqual({
      code: "syntax_invalid_parameter_format",
      text: "The format of parameter 'to[1]' is invalid; value '46701234569' is not a valid MSISDN or group ID.",
    });
    expect(emulator.timesTexted(NUMBER)).toBe(1);
    expect(emulator.faults.list()).toMatchObject([{ struck: 1 }]);
  });

  test("can name nobody", async () => {
    emulator.faults.add({ action: { kind: "reject_recipients", recipients: [NUMBER], named: false } });
    const refused = await send();
    expect(refused.status).toBe(400);
    expect(await refused.text()).not.toMatch(/to\[|4670/);
  });
});

describe("slow", () => {
  test("sends the whole answer, piece by piece", async () => {
    emulator.faults.add({ action: { kind: "slow", bytes_per_second: 100_000 } });
    const response = await send({ to: Array.from({ length: 500 }, (_, index) => String(46_700_000_000 + index)) });
    expect([response.status, await response.json()]).toMatchObject([201, { canceled: false }]);
    expect(emulator.requests()).toMatchObject([{ status: 201 }]);
  });

  test("lets the client give up on the way", async () => {
    emulator.faults.add({ action: { kind: "slow", bytes_per_second: 0.001 } });
    const leave = new AbortController();
    const response = await fetch(`${emulator.url}/xms/v1/plan/batches`, {
      headers: { authorization: "Bearer x" },
      signal: leave.signal,
    });
    expect(response.status).toBe(200);
    leave.abort();
    await until(() => emulator.stats().in_flight === 0);
    expect(emulator.stats().by_status).toEqual({ none: 1 });
  });
});
