import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "../serve/start-emulator.ts";

/** Callbacks are tried again at once, more or less. */
const SPEED = 100_000;

let emulator: Emulator;
let server: Server;
let url: string;
let received: Record<string, unknown>[];
let statuses: number[];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  received.push(JSON.parse(await text(request)) as Record<string, unknown>);
  const status = statuses.shift() ?? 200;
  if (status === 0) response.destroy();
  else response.writeHead(status).end("thanks");
}

beforeEach(async () => {
  received = [];
  statuses = [];
  server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  emulator = await startEmulator({ speed: SPEED, reportUrl: url, inboundUrl: url });
});

afterEach(async () => {
  await emulator.close();
  server.closeAllConnections();
  server.close();
});

async function send(changes: object = {}): Promise<string> {
  const response = await fetch(`${emulator.url}/xms/v1/plan/batches`, {
    method: "POST",
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    body: JSON.stringify({ from: "12345", to: ["46701234567"], body: "Hi", delivery_report: "full", ...changes }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function settled(): Promise<void> {
  await until(() => emulator.callbacks().attempts > 0 && emulator.callbacks().pending === 0);
}

describe("callbacks", () => {
  test("are tried again after 5xx, 429 and no answer, until they are taken", async () => {
    statuses = [500, 0, 429, 503];
    await send();
    await settled();
    expect(received).toHaveLength(5);
    expect(emulator.callbacks()).toMatchObject({ attempts: 5, delivered: 1, dropped: 0, given_up: 0, pending: 0 });
    expect(emulator.callbacks().last.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, null],
      [3, 429],
      [4, 503],
      [5, 200],
    ]);
  });

  test("say of each answer of a phone whether it was taken, and when", async () => {
    statuses = [503, 404];
    const heard = async (): Promise<unknown> => (await fetch(`${emulator.url}/emulator/inbounds`)).json();
    const message = { plan: "plan", from: "46701234567", to: "12345", body: "STOP" };
    const before = Date.now();
    const [first, second] = [emulator.receive(message), emulator.receive(message)];
    const open = { plan: "plan", acknowledged_at: null };
    expect(await heard()).toEqual({ count: 2, inbounds: [first, second].map((each) => ({ ...each, ...open })) });
    await settled();
    // One is taken at the second try, the other is refused for good.
    const times = emulator.inbounds().map(({ acknowledged_at }) => acknowledged_at);
    expect(times.filter((at) => at === null)).toHaveLength(1);
    expect(Math.max(...times.map(Number))).toBeGreaterThanOrEqual(before);
  });

  test("are dropped after any other refusal", async () => {
    statuses = [404];
    await send();
    await settled();
    expect(emulator.callbacks()).toMatchObject({ attempts: 1, delivered: 0, dropped: 1 });
  });

  test("are given up after sixteen tries", async () => {
    statuses = Array<number>(20).fill(500);
    await send();
    await settled();
    expect(emulator.callbacks()).toMatchObject({ attempts: 16, given_up: 1 });
  });

  test("carry no signature unless there is a secret, and go where the batch says", async () => {
    emulator.setCallbacks({ reportUrl: undefined });
    const seen: IncomingMessage["headers"][] = [];
    server.on("request", (request: IncomingMessage) => seen.push(request.headers));
    await send({ callback_url: url });
    await settled();
    emulator.setCallbacks({ secret: "secret" });
    await send({ callback_url: url });
    await until(() => seen.length === 2);
    expect(seen.map((headers) => headers["x-sinch-webhook-signature-algorithm"])).toEqual([undefined, "HmacSHA256"]);
  });

  test.each(["http://user:p%zz@127.0.0.1:9/", "HTTPS://127.0.0.1:1/"])(
    "to %s fail, and nothing else does",
    async (to) => {
      await send({ callback_url: to });
      await until(() => emulator.callbacks().attempts > 0);
      expect(emulator.callbacks().last[0]).toMatchObject({ url: to, attempt: 1, status: null });
    },
  );

  test("to a URL of the test's own that is none fail like any other", async () => {
    emulator.setCallbacks({ reportUrl: "ftp://127.0.0.1/" });
    await send();
    await until(() => emulator.callbacks().given_up === 1);
    expect(emulator.callbacks()).toMatchObject({ attempts: 16, pending: 0 });
  });

  test("tell of messages that expired in the queue when they do, and once", async () => {
    let nowMs = Date.UTC(2026, 10, 23);
    const other = await startEmulator({ now: () => nowMs, dispatchMs: 3_600_000, reportUrl: url });
    const ask = async (method: string, path: string, body?: object): Promise<Response> =>
      fetch(`${other.url}/xms/v1/plan${path}`, {
        method,
        headers: { authorization: "Bearer x", "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const group = (await (await ask("POST", "/groups", { members: ["46701234568"] })).json()) as { id: string };
    await ask("POST", "/batches", {
      from: "12345",
      to: ["46701234567", group.id],
      body: "Hi ${name}",
      parameters: { name: { 46701234568: "Ann" } },
      delivery_report: "full",
      expire_at: "2026-11-23T00:01:00Z",
    });
    nowMs += 60_000;
    await until(() => other.callbacks().delivered === 1);
    nowMs += 3_600_000;
    await other.close();
    expect(received).toMatchObject([{ statuses: [{ code: 406, recipients: ["46701234567", "46701234568"] }] }]);
  });

  test("tell of a batch that was canceled in time that there is nothing to tell", async () => {
    const id = await send({ delivery_report: "summary", send_at: "2099-01-01T00:00:00Z", client_reference: "r" });
    await fetch(`${emulator.url}/xms/v1/plan/batches/${id}`, {
      method: "DELETE",
      headers: { authorization: "Bearer x" },
    });
    await settled();
    const report = { type: "delivery_report_sms", batch_id: id, total_message_count: 0, client_reference: "r" };
    expect(received).toEqual([{ ...report, statuses: [] }]);
  });

  test("wait for a batch's new time when it is changed, and come once", async () => {
    const id = await send({ send_at: "2099-01-01T00:00:00Z" });
    await fetch(`${emulator.url}/xms/v1/plan/batches/${id}`, {
      method: "POST",
      headers: { authorization: "Bearer x", "content-type": "application/json" },
      body: JSON.stringify({ send_at: null, to_add: ["46701234568"], delivery_report: "per_recipient_final" }),
    });
    await until(() => emulator.callbacks().delivered === 2);
    const recipients = received.map(({ recipient }) => String(recipient));
    expect(recipients.toSorted()).toEqual(["46701234567", "46701234568"]);
  });

  test("follow a clock of the test's own", async () => {
    let nowMs = Date.UTC(2026, 10, 23);
    const other = await startEmulator({ now: () => nowMs, reportUrl: url });
    await fetch(`${other.url}/xms/v1/plan/batches`, {
      method: "POST",
      headers: { authorization: "Bearer x", "content-type": "application/json" },
      body: JSON.stringify({
        from: "12345",
        to: ["46701234567"],
        body: "Hi",
        delivery_report: "full",
        send_at: "2026-11-24T00:00:00Z",
      }),
    });
    nowMs += 2 * 24 * 3_600_000;
    await until(() => other.callbacks().delivered === 1);
    await other.close();
    expect(received).toMatchObject([{ statuses: [{ code: 0, count: 1, recipients: ["46701234567"] }] }]);
  });

  test("are forgotten on reset", async () => {
    statuses = Array<number>(16).fill(500);
    emulator.setCallbacks({ reportUrl: "http://127.0.0.1:1/" });
    await send();
    await until(() => emulator.callbacks().attempts > 0);
    emulator.reset();
    expect(emulator.callbacks()).toEqual({
      attempts: 0,
      delivered: 0,
      dropped: 0,
      early: 0,
      given_up: 0,
      pending: 0,
      last: [],
    });
  });

  test("of a plan go where it is said for that plan, signed with its secret", async () => {
    emulator.setCallbacks({ reportUrl: "http://127.0.0.1:1/", inboundUrl: "http://127.0.0.1:1/", secret: "shared" });
    emulator.setCallbacks({ reportUrl: `${url}own`, inboundUrl: undefined, secret: undefined }, "plan");
    const seen: [string | undefined, unknown][] = [];
    server.on("request", ({ url: path, headers }: IncomingMessage) =>
      seen.push([path, headers["x-sinch-webhook-signature"]]),
    );
    await send();
    await settled();
    expect(seen).toEqual([["/own", undefined]]);
    emulator.receive({ plan: "plan", from: "46701234567", to: "12345", body: "nowhere" });
    emulator.receive({ plan: "other", from: "46701234567", to: "12345", body: "there" });
    await until(() => emulator.callbacks().last.some(({ type }) => type === "mo_text"));
    expect(emulator.callbacks().last.map((attempt) => attempt.url)).toEqual([`${url}own`, "http://127.0.0.1:1/"]);
  });

  test("come twice, before the answer and in any order where that is wanted, and end as the provider says", async () => {
    const unruly = { reportsTwice: 0.3, reportsEarly: 0.2, callbackOrder: "random", failShare: 0.5 } as const;
    const other = await startEmulator({ ...unruly, seed: 1, speed: 1_000, reportUrl: url });
    const to = Array.from({ length: 200 }, (_, index) => String(46_700_000_000 + index));
    const plan = `${other.url}/xms/v1/plan`;
    const headers = { authorization: "Bearer x", "content-type": "application/json" };
    const body = JSON.stringify({ from: "12345", to, body: "Hi", delivery_report: "per_recipient_final" });
    const accepted = await fetch(`${plan}/batches`, { method: "POST", headers, body });
    const before = received.map(({ recipient }) => String(recipient));
    const { id } = (await accepted.json()) as { id: string };
    await until(() => new Set(received.map(({ recipient }) => recipient)).size === to.length && received.length > 230);
    const told = new Map(received.map(({ recipient, code }) => [String(recipient), code]));
    expect([...told.keys()].toSorted()).toEqual(to);
    expect(before.length).toBeGreaterThanOrEqual(20);
    expect(other.callbacks().early).toBeGreaterThanOrEqual(20);
    expect(other.callbacks().early).toBeLessThanOrEqual(60);
    const report = await fetch(`${plan}/batches/${id}/delivery_report?type=full`, { headers });
    const { statuses: ends } = (await report.json()) as { statuses: { code: number; recipients: string[] }[] };
    expect(new Map(ends.flatMap(({ code, recipients }) => recipients.map((one) => [one, code] as const)))).toEqual(
      told,
    );
    await other.close();
    expect(received.length).toBeLessThan(290);
  });

  test("bring inbound messages", async () => {
    const inbound = emulator.receive({ plan: "plan", from: "+46701234567", to: "12345", body: "Yes" });
    await settled();
    expect(received).toEqual([inbound]);
  });
});
