import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "../serve/start-emulator.ts";

const TO = ["46701234567", "+46 70 123 45 68"];

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({ keep: "counts" });
});

afterEach(() => emulator.close());

async function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${emulator.url}/xms/v1/plan${path}`, {
    method,
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

test("counts, shows and finds a batch, and keeps no parameters", async () => {
  const parameters = { name: { default: "you" } };
  const sent = await ask("POST", "/batches", {
    from: "+12345",
    to: TO,
    body: "Hi ${name}",
    parameters,
    client_reference: "r",
  });
  const { parameters: _parameters, ...kept } = sent;
  expect(await ask("GET", `/batches/${String(sent["id"])}`)).toEqual(kept);
  expect(await ask("GET", "/batches?client_reference=r")).toMatchObject({ count: 1, batches: [kept] });
  expect(emulator.timesTexted("46701234568")).toBe(1);
  expect([emulator.textsTo("46701234568"), emulator.textsTo("46701234569")]).toEqual([["Hi ${name}"], []]);
  expect(await ask("GET", `/batches/${String(sent["id"])}/delivery_report`)).toMatchObject({ total_message_count: 2 });
  expect(emulator.batches()).toMatchObject([{ to: ["46701234567", "46701234568"], request: { body: "Hi ${name}" } }]);
});

test("takes the counts of a batch that was canceled in time back", async () => {
  const { id } = await ask("POST", "/batches", { from: "12345", to: TO, body: "Hi", send_at: "2099-01-01" });
  await ask("DELETE", `/batches/${String(id)}`);
  expect(emulator.stats()).toMatchObject({ texted: 0, recipients: 0 });
});

test("keeps whatever is needed to know who is not reached", async () => {
  const parameters = { name: { 46701234567: "Ann" } };
  await ask("POST", "/batches", { from: "12345", to: TO, body: "Hi ${name}", parameters });
  expect([emulator.textsTo("46701234567"), emulator.textsTo("46701234568")]).toEqual([["Hi Ann"], []]);
});
