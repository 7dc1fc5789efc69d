import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "./start-emulator.ts";

function send(emulator: Emulator): Promise<Response> {
  return fetch(`${emulator.url}/xms/v1/plan/batches`, {
    method: "POST",
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    body: JSON.stringify({ from: "12345", to: ["46701234567"], body: "Hi" }),
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe("startEmulator", () => {
  test("closes at once under idle connections, waiting answers and hanging ones", async () => {
    const emulator = await startEmulator({ latencyMs: 3_600_000 });
    emulator.faults.add({ skip: 1, action: { kind: "hang", accept: true } });
    emulator.faults.add({ skip: 2, action: { kind: "slow", bytes_per_second: 0.001 } });
    const idle = connect(Number(new URL(emulator.url).port), "127.0.0.1");
    await once(idle, "connect");
    const answers = Promise.allSettled([send(emulator), send(emulator), send(emulator)]);
    await until(() => emulator.stats().in_flight === 3);
    await emulator.close();
    expect((await answers).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await expect(send(emulator)).rejects.toThrow("fetch failed");
    idle.destroy();
  });

  test("starts again on the same port, knowing nothing", async () => {
    const first = await startEmulator();
    await send(first);
    const port = Number(new URL(first.url).port);
    await expect(startEmulator({ port })).rejects.toThrow(/EADDRINUSE/);
    await first.close();
    const second = await startEmulator({ port });
    expect(second.url).toBe(first.url);
    expect([second.timesTexted("46701234567"), (await send(second)).status]).toEqual([0, 201]);
    await second.close();
  });

  test("counts what is in flight at once, by plan", async () => {
    const emulator = await startEmulator({ latencyMs: 3_600_000 });
    const answers = Promise.allSettled([send(emulator), send(emulator), send(emulator)]);
    await until(() => emulator.stats().in_flight === 3);
    expect(emulator.stats()).toMatchObject({ max_in_flight: 3, max_in_flight_by_plan: { plan: 3 } });
    await emulator.close();
    await answers;
    expect(emulator.stats()).toMatchObject({ in_flight: 0, max_in_flight: 3, by_status: { none: 3 } });
  });

  test("forgets everything on reset, faults too", async () => {
    const emulator = await startEmulator();
    await send(emulator);
    emulator.faults.add({ action: { kind: "status", status: 500 } });
    emulator.reset();
    expect(emulator.stats()).toEqual({
      requests: 0,
      in_flight: 0,
      max_in_flight: 0,
      max_in_flight_by_plan: {},
      by_status: {},
      batches: 0,
      recipients: 0,
      texted: 0,
      texted_more_than_once: 0,
    });
    expect([emulator.batches(), emulator.requests(), emulator.faults.list()]).toEqual([[], [], []]);
    expect([emulator.timesTexted("46701234567"), emulator.textsTo("46701234567")]).toEqual([0, []]);
    await emulator.close();
  });

  test("shows accepted batches with their requests", async () => {
    const emulator = await startEmulator({ now: () => 1_000 });
    await send(emulator);
    expect(emulator.batches()).toEqual([
      {
        id: expect.any(String),
        plan: "plan",
        client_reference: undefined,
        to: ["46701234567"],
        accepted_at: 1_000,
        canceled: false,
        withdrawn: false,
        request: { from: "12345", to: ["46701234567"], body: "Hi" },
      },
    ]);
    await emulator.close();
  });
});
