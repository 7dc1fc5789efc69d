import { afterEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import type { EmulatorOptions } from "../emulation/emulator-options.ts";
import { startEmulator } from "../serve/start-emulator.ts";

const START_MS = Date.UTC(2026, 10, 23, 12);
const NUMBERS = ["46701234567", "46701234568"];
const FOREVER_MS = 1_000_000;

let emulator: Emulator;
let nowMs: number;

async function start(options: EmulatorOptions = {}): Promise<void> {
  nowMs = START_MS;
  emulator = await startEmulator({ now: () => nowMs, seed: 1, speed: 1, ...options });
}

afterEach(() => emulator.close());

async function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${emulator.url}/xms/v1/plan${path}`, {
    method,
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { http: response.status, ...(text === "" ? {} : (JSON.parse(text) as object)) };
}

async function send(changes: object = {}): Promise<string> {
  const batch = await ask("POST", "/batches", { from: "12345", to: NUMBERS, body: "Hi", ...changes });
  expect(batch["http"]).toBe(201);
  return String(batch["id"]);
}

async function statuses(id: string): Promise<unknown> {
  return (await ask("GET", `/batches/${id}/delivery_report?type=full`))["statuses"];
}

function everybody(code: number, status: string): unknown {
  return [{ code, status, count: 2, recipients: NUMBERS }];
}

describe("a message", () => {
  test("is queued until its time, then dispatched, and delivered 2 to 10 seconds later", async () => {
    await start();
    const id = await send({ send_at: "2026-11-23T12:00:05Z" });
    expect(await statuses(id)).toEqual(everybody(400, "Queued"));
    nowMs += 5_000;
    expect(await statuses(id)).toEqual(everybody(401, "Dispatched"));
    nowMs += 1_999;
    expect(await statuses(id)).toEqual(everybody(401, "Dispatched"));
    nowMs += 8_001;
    expect(await statuses(id)).toEqual(everybody(0, "Delivered"));
  });

  test("fails alone when it lacks a parameter, has too many segments or no sender for its country", async () => {
    await start({ defaultOriginator: { 46: "+12015550123", 4670: "Volley" } });
    const parameters = { name: { 46701234567: "x".repeat(161), 46701234568: "x" } };
    const id = await send({
      from: undefined,
      to: [...NUMBERS, "46701234569", "46801234567", "4712345678"],
      body: "${name}",
      parameters: { name: { ...parameters.name, 46801234567: "y", 4712345678: "z" } },
      max_number_of_message_parts: 1,
    });
    nowMs += FOREVER_MS;
    expect(await statuses(id)).toEqual([
      { code: 0, status: "Delivered", count: 2, recipients: ["46701234568", "46801234567"] },
      { code: 405, status: "Aborted", count: 1, recipients: ["46701234569"] },
      { code: 410, status: "Aborted", count: 1, recipients: ["4712345678"] },
      { code: 411, status: "Aborted", count: 1, recipients: ["46701234567"] },
    ]);
    const report = (number: string): Promise<object> => ask("GET", `/batches/${id}/delivery_report/${number}`);
    expect(await report("+46701234568")).toMatchObject({ applied_originator: "Volley", number_of_message_parts: 1 });
    expect(await report("46801234567")).toMatchObject({ applied_originator: "12015550123" });
    expect(await report("46701234567")).toMatchObject({ code: 411, number_of_message_parts: 2 });
    expect(await report("46701234567")).not.toHaveProperty("operator_status_at");
  });

  test("says which sender was picked for it, and says none where the batch has one", async () => {
    await start({ defaultOriginator: true });
    const id = await send({ from: undefined });
    const other = await send();
    nowMs += FOREVER_MS;
    expect(await statuses(id)).toEqual(everybody(0, "Delivered"));
    const report = await ask("GET", `/batches/${id}/delivery_report/46701234567`);
    expect(report["applied_originator"]).toBe("12015550100");
    expect(await ask("GET", `/batches/${id}`)).not.toHaveProperty("from");
    expect(await ask("GET", `/batches/${other}/delivery_report/46701234567`)).not.toHaveProperty("applied_originator");
  });

  test("is cut to one segment where the batch asks for that", async () => {
    await start();
    const id = await send({ body: "x".repeat(400), truncate_concat: true, max_number_of_message_parts: 1 });
    nowMs += FOREVER_MS;
    expect(await statuses(id)).toMatchObject([{ code: 0, count: 2 }]);
    expect(emulator.textsTo("46701234567")).toEqual(["x".repeat(160)]);
  });

  test("dies in the queue when its batch expires there", async () => {
    await start({ dispatchMs: 60_000 });
    const id = await send({ expire_at: "2026-11-23T12:00:30Z" });
    nowMs += 30_000;
    expect(await statuses(id)).toMatchObject([{ code: 406, status: "Aborted", count: 2 }]);
  });

  test("stays expired, whatever is done to its batch afterwards", async () => {
    await start({ dispatchMs: 60_000, refuseLateCancel: true });
    const lacking = { body: "Hi ${name}", parameters: { name: {} } };
    const id = await send({ expire_at: "2026-11-23T12:00:30Z", ...lacking });
    const texted = emulator.stats().texted;
    nowMs += 30_000;
    const refused = { http: 403, code: "batch_already_dispatched" };
    expect(await ask("POST", `/batches/${id}`, { expire_at: "2026-11-24T12:00:00Z" })).toMatchObject(refused);
    expect(await ask("POST", `/batches/${id}`, { client_reference: "late" })).toMatchObject(refused);
    expect(await ask("PUT", `/batches/${id}`, { from: "12345", to: NUMBERS, body: "Hi" })).toMatchObject(refused);
    nowMs += FOREVER_MS;
    expect(await ask("DELETE", `/batches/${id}`)).toMatchObject({ http: 200, canceled: true });
    expect(await statuses(id)).toEqual(everybody(406, "Aborted"));
    expect(emulator.stats().texted).toBe(texted);
  });

  test("is one segment when it is no text, however long", async () => {
    await start();
    const limit = { max_number_of_message_parts: 1, udh: "050003010201" };
    const binary = await send({ ...limit, type: "mt_binary", body: Buffer.alloc(134).toString("base64") });
    const message = "x".repeat(400);
    const media = await send({
      ...limit,
      max_number_of_message_parts: 0,
      type: "mt_media",
      body: { url: "https://example.com/a.jpg", message },
    });
    nowMs += FOREVER_MS;
    for (const id of [binary, media]) {
      expect(await statuses(id)).toEqual(everybody(0, "Delivered"));
      const report = await ask("GET", `/batches/${id}/delivery_report/46701234567`);
      expect(report).toMatchObject({ number_of_message_parts: 1 });
    }
  });

  test("is canceled in the queue, and is no message at all before its time", async () => {
    await start({ dispatchMs: 60_000 });
    const queued = await send();
    const planned = await send({ send_at: "2026-11-24T00:00:00Z" });
    nowMs += 1_000;
    for (const id of [queued, planned]) await ask("DELETE", `/batches/${id}`);
    expect(await statuses(queued)).toEqual([{ code: 407, status: "Cancelled", count: 2, recipients: NUMBERS }]);
    expect(await statuses(planned)).toEqual([]);
    expect((await ask("GET", `/batches/${planned}/delivery_report/46701234567`))["http"]).toBe(404);
    expect(emulator.timesTexted("46701234567")).toBe(0);
  });

  test("of a media batch is reported as MMS", async () => {
    await start();
    const id = await send({ type: "mt_media", body: { url: "https://example.com/a.jpg" } });
    expect((await ask("GET", `/batches/${id}/delivery_report`))["type"]).toBe("delivery_report_mms");
  });

  test("fails as often as is set, and for the same numbers each time", async () => {
    await start({ failShare: 0.3 });
    const to = Array.from({ length: 1_000 }, (_, index) => String(46_700_000_000 + index));
    const [first, second] = [await send({ to }), await send({ to })];
    nowMs += FOREVER_MS;
    const [delivered] = (await statuses(first)) as { count: number }[];
    expect(delivered?.count).toBeGreaterThan(650);
    expect(delivered?.count).toBeLessThan(750);
    expect(await statuses(second)).toEqual(await statuses(first));
  });
});

describe("the fault outcome", () => {
  test("decides who ends how and when; the first that names a recipient wins", async () => {
    await start();
    const [one = "", other = ""] = NUMBERS;
    emulator.faults.add({ action: { kind: "outcome", code: 413, recipients: [`+${one}`] } });
    emulator.faults.add({ action: { kind: "outcome", code: 1, status: "Unknown", after_ms: 60_000 } });
    const id = await send();
    nowMs += 59_999;
    expect(await statuses(id)).toEqual([
      { code: 401, status: "Dispatched", count: 1, recipients: [other] },
      { code: 413, status: "Aborted", count: 1, recipients: [one] },
    ]);
    nowMs += 1;
    expect(await statuses(id)).toMatchObject([
      { code: 1, status: "Unknown" },
      { code: 413, status: "Aborted" },
    ]);
    expect(emulator.faults.list().map(({ struck }) => struck)).toEqual([1, 1]);
  });

  test("keeps messages from ever ending, and strikes a share of them", async () => {
    await start();
    emulator.faults.add({ action: { kind: "outcome", code: 401, recipients: ["46701234567"] } });
    const id = await send();
    nowMs += FOREVER_MS;
    expect(await statuses(id)).toMatchObject([{ code: 0 }, { code: 401, recipients: ["46701234567"] }]);
    emulator.faults.add({ action: { kind: "outcome", code: 61, share: 0 } });
    const nobody = await send();
    nowMs += FOREVER_MS;
    expect(await statuses(nobody)).toMatchObject([{ code: 0, count: 2 }]);
  });
});

describe("GET /delivery_reports", () => {
  test("shows what ended within the window, the last first", async () => {
    await start();
    await send();
    expect(await ask("GET", "/delivery_reports")).toMatchObject({ count: 0, page_size: 0, delivery_reports: [] });
    nowMs += 60_000;
    await send({ to: ["46701234569"] });
    nowMs += 60_000;
    const { count, delivery_reports: reports } = await ask("GET", "/delivery_reports");
    expect(count).toBe(3);
    expect(reports).toMatchObject([{ recipient: "46701234569" }, {}, {}]);
    expect(await ask("GET", "/delivery_reports?start_date=2026-11-23T12:01:00Z")).toMatchObject({ count: 1 });
    expect(await ask("GET", "/delivery_reports?status=FAILED")).toMatchObject({ count: 0 });
    nowMs += 25 * 3_600_000;
    expect(await ask("GET", "/delivery_reports")).toMatchObject({ count: 0 });
  });

  test.each(["/delivery_reports?status=Lost", "/delivery_reports?code=x", "/delivery_reports?page_size=0"])(
    "refuses %s",
    async (path) => {
      await start();
      expect((await ask("GET", path))["http"]).toBe(400);
    },
  );
});
