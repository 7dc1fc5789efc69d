import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "./start-emulator.ts";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(() => emulator.close());

async function send(to: string[]): Promise<void> {
  await fetch(`${emulator.url}/xms/v1/plan/batches`, {
    method: "POST",
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    body: JSON.stringify({ from: "12345", to, body: "Hi" }),
  });
}

async function ask(method: string, path: string, body?: string): Promise<[number, unknown]> {
  const response = await fetch(`${emulator.url}${path}`, { method, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return [response.status, text === "" ? undefined : JSON.parse(text)];
}

describe("the emulator's own paths", () => {
  test("say what the process would say", async () => {
    await send(["46701234567", "46701234568"]);
    await send(["46701234567"]);
    expect(await ask("GET", "/livez")).toEqual([200, { status: "ok" }]);
    expect(await ask("GET", "/emulator/stats")).toEqual([200, emulator.stats()]);
    const twice = [200, { times: 2, texts: ["Hi", "Hi"] }];
    expect(await ask("GET", "/emulator/recipients/+46701234567")).toEqual(twice);
    expect(await ask("GET", "/emulator/recipients/%2B46701234567")).toEqual(twice);
    expect(await ask("GET", "/emulator/recipients/46701234569")).toEqual([200, { times: 0, texts: [] }]);
    expect(await ask("GET", "/emulator/batches?offset=1&limit=5")).toMatchObject([
      200,
      { count: 2, batches: [{ plan: "plan", to: ["46701234567"], request: { body: "Hi" } }] },
    ]);
    expect(await ask("GET", "/emulator/requests?limit=1")).toMatchObject([
      200,
      { count: 2, requests: [{ status: 201, recipients: 2 }] },
    ]);
  });

  test("do not count as requests to the provider", async () => {
    await ask("GET", "/emulator/stats");
    expect(await ask("GET", "/nowhere")).toEqual([404, undefined]);
    expect(emulator.stats().requests).toBe(0);
  });

  test("add, show and remove faults, whatever the content type", async () => {
    const fault = { times: null, action: { kind: "drop", accept: false } };
    const [status, added] = await ask("POST", "/emulator/faults", JSON.stringify(fault));
    const { id } = added as { id: string };
    expect(status).toBe(201);
    expect(await ask("GET", "/emulator/faults")).toEqual([200, { faults: [{ id, struck: 0, fault }] }]);
    expect((await ask("DELETE", `/emulator/faults/${id}`))[0]).toBe(204);
    expect((await ask("DELETE", `/emulator/faults/${id}`))[0]).toBe(404);
    await ask("POST", "/emulator/faults", JSON.stringify(fault));
    expect((await ask("DELETE", "/emulator/faults"))[0]).toBe(204);
    expect(emulator.faults.list()).toEqual([]);
  });

  test.each([
    ["no JSON", "{nope", ["The body is not valid JSON."]],
    ["no body at all", "", ["The body is not valid JSON."]],
    ["no action", "{}", ["action: Invalid input: expected object, received undefined"]],
    [
      "an unknown kind",
      '{"action":{"kind":"explode"}}',
      [expect.stringContaining("unknown kind; known kinds are status, latency")],
    ],
    [
      "wrong fields",
      '{"tims":2,"skip":-1,"match":{"number":"1"},"action":{"kind":"drop","accept":"yes","ms":1}}',
      [
        expect.stringContaining("match: "),
        expect.stringContaining("skip: "),
        expect.stringContaining("action.accept: "),
        expect.stringContaining('action: Unrecognized key: "ms"'),
        expect.stringContaining('Unrecognized key: "tims"'),
      ],
    ],
  ])("refuse a fault with %s, naming every problem", async (_name, body, problems) => {
    expect(await ask("POST", "/emulator/faults", body)).toEqual([400, { code: "invalid_fault", problems }]);
  });

  test("let a phone text a plan", async () => {
    const message = { plan: "plan", from: "+46701234567", to: "12345", body: "Yes" };
    const [status, inbound] = await ask("POST", "/emulator/inbounds", JSON.stringify(message));
    expect([status, inbound]).toMatchObject([201, { type: "mo_text", from: "46701234567", body: "Yes" }]);
    const wrong = { type: "mo_binary", from: "1", to: "2", body: "%" };
    expect(await ask("POST", "/emulator/inbounds", JSON.stringify(wrong))).toEqual([
      400,
      { code: "invalid_inbound", problems: ["plan: ", "body: ", "udh: "].map((name) => expect.stringContaining(name)) },
    ]);
  });

  test("say where callbacks go, and what became of them", async () => {
    const settings = { report_url: "http://127.0.0.1:1/", secret: "s" };
    expect((await ask("PUT", "/emulator/callbacks", JSON.stringify(settings)))[0]).toBe(204);
    expect((await ask("PUT", "/emulator/callbacks", JSON.stringify({ report_url: null })))[0]).toBe(204);
    for (const wrong of [
      '{"report_url":"nowhere"}',
      '{"report_url":"ftp://127.0.0.1/"}',
      '{"inbound_url":"file:///"}',
    ]) {
      expect((await ask("PUT", "/emulator/callbacks", wrong))[0]).toBe(400);
    }
    expect(await ask("PUT", "/emulator/callbacks", "{nope")).toEqual([
      400,
      { code: "invalid_callbacks", problems: ["The body is not valid JSON."] },
    ]);
    expect((await ask("PUT", "/emulator/callbacks", '{"plan":"one","secret":"of it"}'))[0]).toBe(204);
    expect((await ask("PUT", "/emulator/callbacks", '{"inbound_url":"HTTPS://127.0.0.1:1/"}'))[0]).toBe(204);
    expect(await ask("GET", "/emulator/callbacks")).toEqual([200, emulator.callbacks()]);
  });

  test("count tokens, and let them expire", async () => {
    expect(await ask("GET", "/emulator/tokens")).toEqual([200, { asked: 0, granted: 0, refused: 0 }]);
    expect((await ask("POST", "/emulator/tokens/expire"))[0]).toBe(204);
  });

  test("forget everything on reset", async () => {
    await send(["46701234567"]);
    expect((await ask("POST", "/emulator/reset"))[0]).toBe(204);
    expect(emulator.stats()).toMatchObject({ requests: 0, batches: 0, texted: 0 });
  });
});
