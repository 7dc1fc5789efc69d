import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "../serve/start-emulator.ts";
import { updateFields } from "./update-fields.ts";

const BATCH = { from: "12345", to: ["+46701234567", "46701234568"], body: "Hi", send_at: "2026-11-24T00:00:00Z" };

let emulator: Emulator;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 23, 12);
  emulator = await startEmulator({ now: () => nowMs, refuseLateCancel: true });
});

afterEach(() => emulator.close());

async function ask(method: string, path: string, body?: object): Promise<[number, Record<string, unknown>]> {
  const response = await fetch(`${emulator.url}/xms/v1/plan/batches${path}`, {
    method,
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return [response.status, text === "" ? {} : (JSON.parse(text) as Record<string, unknown>)];
}

async function send(changes: object = {}): Promise<string> {
  return String((await ask("POST", "", { ...BATCH, ...changes }))[1]["id"]);
}

async function stateOf(id: string): Promise<unknown> {
  const [, { statuses }] = await ask("GET", `/${id}/delivery_report`);
  return (statuses as { status: string }[]).map(({ status }) => status);
}

describe("an update", () => {
  test("moves the counts, the reference and the expiry along", async () => {
    const id = await send({ client_reference: "before" });
    await send({ client_reference: "after" });
    const changes = { to_remove: ["46701234567"], client_reference: "after", send_at: "2026-11-25T00:00:00Z" };
    nowMs += 1_000;
    expect(await ask("POST", `/${id}`, changes)).toMatchObject([
      200,
      {
        to: ["46701234568"],
        created_at: "2026-11-23T12:00:00.000Z",
        modified_at: "2026-11-23T12:00:01.000Z",
        expire_at: "2026-11-28T00:00:00.000Z",
      },
    ]);
    expect([emulator.timesTexted("46701234567"), emulator.timesTexted("46701234568")]).toEqual([1, 2]);
    expect((await ask("GET", "?client_reference=before"))[1]).toMatchObject({ count: 0 });
    expect((await ask("GET", "?client_reference=after"))[1]).toMatchObject({ count: 2, batches: [{}, { id }] });
  });

  test("is checked like a new batch, and changes nothing when it is refused", async () => {
    const id = await send();
    const refused = async (changes: object): Promise<unknown> => {
      const [status, { code }] = await ask("POST", `/${id}`, changes);
      return [status, code];
    };
    expect(await refused({ to_remove: BATCH.to })).toEqual([400, "syntax_constraint_violation"]);
    expect(await refused({ to_add: ["+1"] })).toEqual([400, "syntax_invalid_parameter_format"]);
    expect(await refused({ to_add: [] })).toEqual([400, "syntax_constraint_violation"]);
    expect(await refused({ type: "mt_media" })).toEqual([400, "syntax_constraint_violation"]);
    expect(await refused({ delivery_report: "full" })).toEqual([403, "missing_callback_url"]);
    expect(await refused({ to_add: ["01HEAWCHESCXG8SDG5R10VF8E1"] })).toEqual([403, "unknown_group"]);
    expect((await ask("GET", `/${id}`))[1]).toMatchObject({ to: ["46701234567", "46701234568"] });
    expect((await ask("POST", "/unknown", {}))[0]).toBe(404);
  });
});

describe("an update in the queue", () => {
  const HOUR_MS = 3_600_000;
  const expiry = "2026-11-26T12:00:00.000Z";

  beforeEach(async () => {
    await emulator.close();
    emulator = await startEmulator({ now: () => nowMs, speed: 1, dispatchMs: HOUR_MS });
  });

  test.each<[string, string | undefined, string]>([
    ["without send_at", undefined, expiry],
    ["whose send_at is past by now", "2026-11-23T12:10:00Z", "2026-11-26T12:10:00.000Z"],
  ])("of a batch %s leaves its expiry and its place", async (_name, sendAt, expireAt) => {
    const dispatchedAtMs = Date.parse(sendAt ?? "2026-11-23T12:00:00Z") + HOUR_MS;
    const id = await send({ send_at: sendAt });
    nowMs = dispatchedAtMs - 1;
    expect(await ask("POST", `/${id}`, { body: "Hello" })).toMatchObject([200, { body: "Hello", expire_at: expireAt }]);
    expect(await stateOf(id)).toEqual(["Queued"]);
    nowMs = dispatchedAtMs;
    expect(await stateOf(id)).toEqual(["Dispatched"]);
  });

  test("keeps an expiry that it does not name, and counts a new one from the batch's own time", async () => {
    const id = await send({ send_at: undefined, expire_at: "2026-11-23T13:30:00Z" });
    nowMs += HOUR_MS / 2;
    expect(await ask("POST", `/${id}`, { client_reference: "r" })).toMatchObject([
      200,
      { expire_at: "2026-11-23T13:30:00.000Z" },
    ]);
    expect(await ask("POST", `/${id}`, { expire_at: expiry })).toMatchObject([200, { expire_at: expiry }]);
    for (const wrong of ["2026-11-26T12:00:01Z", "2026-11-23T12:15:00Z"]) {
      expect((await ask("POST", `/${id}`, { expire_at: wrong }))[0]).toBe(400);
    }
  });

  test("that moves the batch lets it wait anew", async () => {
    const id = await send();
    nowMs += HOUR_MS / 2;
    expect(await ask("POST", `/${id}`, { send_at: null })).toMatchObject([
      200,
      { expire_at: "2026-11-26T12:30:00.000Z" },
    ]);
    nowMs += HOUR_MS - 1;
    expect(await stateOf(id)).toEqual(["Queued"]);
    nowMs += 1;
    expect(await stateOf(id)).toEqual(["Dispatched"]);
  });
});

test("what a request says of the provider's own fields is not taken over", async () => {
  const own = { id: "mine", canceled: true, created_at: "2000-01-01T00:00:00.000Z", modified_at: "never" };
  const [, sent] = await ask("POST", "", { ...BATCH, ...own, something_new: 1 });
  const { id } = sent;
  expect(id).not.toBe("mine");
  const times = { created_at: "2026-11-23T12:00:00.000Z", modified_at: "2026-11-23T12:00:00.000Z" };
  const expected = { id, canceled: false, ...times, something_new: 1 };
  expect(sent).toMatchObject(expected);
  expect((await ask("GET", `/${String(id)}`))[1]).toEqual(sent);
  expect((await ask("GET", ""))[1]).toMatchObject({ batches: [expected] });
  expect((await ask("POST", `/${String(id)}`, own))[1]).toMatchObject(expected);
  expect((await ask("PUT", `/${String(id)}`, { ...BATCH, ...own }))[1]).toMatchObject({
    id,
    canceled: false,
    ...times,
  });
  expect((await ask("DELETE", `/${String(id)}`, undefined))[1]).toMatchObject({ id, canceled: true, ...times });
});

test("nulls are answered at no depth, and everything else as it was sent", async () => {
  const body = { url: "https://example.com/a.jpg", subject: null, message: "null" };
  const parameters = { name: { 46701234567: null, default: "" }, code: null };
  const something = { list: [1, null, { a: null, b: [] }], none: null };
  const [status, sent] = await ask("POST", "", {
    ...BATCH,
    type: "mt_media",
    body,
    parameters,
    something,
    from_ton: null,
  });
  expect(status).toBe(201);
  const shown = {
    body: { url: "https://example.com/a.jpg", message: "null" },
    parameters: { name: { default: "" } },
    something: { list: [1, { b: [] }] },
  };
  expect(sent).toMatchObject(shown);
  expect(JSON.stringify(sent).replace('"null"', "")).not.toContain("null");
  expect((await ask("GET", `/${String(sent["id"])}`))[1]).toEqual(sent);
  expect((await ask("GET", ""))[1]["batches"]).toEqual([sent]);
});

test("an update never changes the type", async () => {
  const binary = { type: "mt_binary", body: "SGVsbG8=", udh: "0605" };
  const id = await send(binary);
  for (const update of [{ type: null }, { type: "mt_binary" }, {}]) {
    expect(await ask("POST", `/${id}`, update)).toMatchObject([200, binary]);
  }
});

test("canceling a dispatched batch can be refused, canceling twice never is", async () => {
  const planned = await send();
  expect([(await ask("DELETE", `/${planned}`))[0], (await ask("DELETE", `/${planned}`))[0]]).toEqual([200, 200]);
  const sent = await send({ send_at: undefined });
  expect(await ask("DELETE", `/${sent}`)).toMatchObject([403, { code: "conflict_send_at" }]);
  expect(await ask("POST", `/${planned}`, { body: "Late" })).toMatchObject([403, { code: "batch_already_dispatched" }]);
});

test("a batch can be replaced only by a whole one", async () => {
  const id = await send({ client_reference: "first" });
  expect((await ask("PUT", `/${id}`, { body: "Hi" }))[0]).toBe(400);
  const [status, replaced] = await ask("PUT", `/${id}`, { ...BATCH, to: ["46701234569"], parameters: {} });
  expect([status, replaced]).toMatchObject([200, { id, to: ["46701234569"], parameters: {} }]);
  expect(replaced).not.toHaveProperty("client_reference");
  expect(emulator.stats()).toMatchObject({ batches: 1, texted: 1 });
});

describe("updateFields", () => {
  test("adds nobody twice, however the number is written, and removes after adding", () => {
    const update = { to_add: ["0046701234567", "46701234569", "46701234570"], to_remove: ["+46701234570", "12345678"] };
    expect(updateFields(BATCH, update)).toMatchObject({
      isValid: true,
      value: { to: ["+46701234567", "46701234568", "46701234569"] },
    });
  });

  test("takes null as the default", () => {
    expect(updateFields(BATCH, { send_at: null, body: "New" })).toEqual({
      isValid: true,
      value: { from: "12345", to: BATCH.to, body: "New" },
    });
  });
});
