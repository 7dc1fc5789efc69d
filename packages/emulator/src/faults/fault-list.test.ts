import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "../serve/start-emulator.ts";
import type { Fault, FaultAction } from "./fault.ts";

const NUMBER = "46701234567";
const OUTAGE: FaultAction = { kind: "status", status: 503 };

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

async function statuses(count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index += 1) seen.push((await send()).status);
  return seen;
}

describe("which requests a fault strikes", () => {
  test("the next one only, unless told otherwise", async () => {
    const id = emulator.faults.add({ action: OUTAGE });
    expect(await statuses(2)).toEqual([503, 201]);
    expect(emulator.faults.list()).toEqual([{ id, struck: 1, fault: { action: OUTAGE } }]);
  });

  test("some after skipping some", async () => {
    emulator.faults.add({ skip: 1, times: 2, action: OUTAGE });
    expect(await statuses(4)).toEqual([201, 503, 503, 201]);
  });

  test("all until it is removed", async () => {
    const id = emulator.faults.add({ times: null, action: OUTAGE });
    expect(await statuses(3)).toEqual([503, 503, 503]);
    expect([emulator.faults.remove(id), emulator.faults.remove(id)]).toEqual([true, false]);
    expect(await statuses(1)).toEqual([201]);
  });

  test("one after the other when several could", async () => {
    emulator.faults.add({ action: { kind: "status", status: 500 } });
    emulator.faults.add({ action: OUTAGE });
    expect(await statuses(3)).toEqual([500, 503, 201]);
  });

  test("a share of them", async () => {
    const rolls = [0.5, 0.49];
    const unlucky = await startEmulator({ random: () => rolls.shift() ?? 1 });
    unlucky.faults.add({ times: null, probability: 0.5, action: OUTAGE });
    const ask = async (): Promise<number> =>
      (await fetch(`${unlucky.url}/xms/v1/plan/batches`, { headers: { authorization: "Bearer x" } })).status;
    const seen = [await ask(), await ask()];
    await unlucky.close();
    expect(seen).toEqual([200, 503]);
  });

  test.each<[string, NonNullable<Fault["match"]>, boolean]>([
    ["the method", { method: "post" }, true],
    ["another method", { method: "GET" }, false],
    ["a part of the path", { path: "/plan/bat" }, true],
    ["another path", { path: "/groups" }, false],
    ["the plan", { plan: "plan" }, true],
    ["another plan", { plan: "pla" }, false],
    ["a part of the reference", { client_reference: "spring" }, true],
    ["another reference", { client_reference: "autumn" }, false],
    ["a recipient, however written", { recipient: "+46 70 123 45 67" }, true],
    ["another recipient", { recipient: "46701234568" }, false],
    ["all of it", { method: "POST", plan: "plan", recipient: NUMBER }, true],
    ["only a part of it", { method: "POST", plan: "other" }, false],
  ])("by %s", async (_name, match, strikes) => {
    emulator.faults.add({ match, action: OUTAGE });
    expect((await send()).status).toBe(strikes ? 503 : 201);
  });

  test("lists by the reference that they ask for", async () => {
    emulator.faults.add({ match: { method: "GET", client_reference: "spring" }, action: OUTAGE });
    expect((await list("?client_reference=autumn")).status).toBe(200);
    expect((await list("?client_reference=spring~1")).status).toBe(503);
  });

  test("refuses what is no fault, naming every field", () => {
    const wrong = { times: 0, action: { kind: "drop" } } as unknown as Fault;
    expect(() => emulator.faults.add(wrong)).toThrow(/times: .*action\.accept: /);
  });
});
