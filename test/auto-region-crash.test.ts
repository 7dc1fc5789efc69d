import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { sendId } from "@volley/contract";
import type { Enqueued } from "@volley/producer";
import { numbersOf } from "./regional-hosts.ts";
import { ROUTES, type RoutingRig, setUpRouting } from "./routing-rig.ts";

const SERVICE = fileURLToPath(new URL("routing-service.mjs", import.meta.url));

let rig: RoutingRig;

beforeAll(async () => {
  rig = await setUpRouting();
});

afterAll(async () => rig.close());

describe("a service that dies between the sends of two regions", () => {
  it.each([1, 3])("before send %i: the same call adds what is missing, and nobody is texted twice", async (send) => {
    const first = 70_000 + send * 2_000;
    const lists = numbersOf({ us: 600, eu: 1_100, br: 3 }, first);
    const to = [...lists.values()].flat();
    const key = `dies before send ${send}`;
    await runService(key, to, ROUTES, send);
    expect(await rig.producer.status(sendId("auto", key))).toMatchObject({ region: "auto", result: null });

    // By other routes all of them would go to one region: those who are on their way must not move there.
    const repeated = await runService(key, to, { prefixes: {}, default: "au" }, 0);
    const enqueued = JSON.parse(repeated) as Enqueued;
    expect(enqueued).toMatchObject({ alreadyEnqueued: false, recipients: { valid: to.length } });
    const result = await rig.resultOf(enqueued.id);
    expect(result).toMatchObject({ state: "accepted", recipients: { requested: to.length, accepted: to.length } });
    for (const [region, list] of lists) expect(rig.hosts.notTextedOnceFrom(region, list)).toEqual([]);
    await rig.everyStageIsGone();
  });
});

describe("what was begun by a service that has died", () => {
  it("may be canceled, and is then not sent when the call is made again", async () => {
    const to = [...numbersOf({ us: 2, br: 1 }, 60_000).values()].flat();
    await runService("canceled in between", to, ROUTES, 1);
    const id = sendId("auto", "canceled in between");
    expect(await rig.producer.cancel(id)).toEqual({ stopped: 3, tooLate: 0, unknown: 0 });

    await runService("canceled in between", to, ROUTES, 0);
    expect(await rig.resultOf(id)).toMatchObject({ state: "canceled", recipients: { requested: 3, canceled: 3 } });
    for (const number of to) expect(rig.hosts.timesTexted(number)).toBe(0);
  });
});

/** Runs a service that makes one call. @returns what it printed; nothing when it has died before a send */
async function runService(key: string, to: readonly string[], routes: object, diesBeforeSend: number): Promise<string> {
  const child = spawn(process.execPath, [SERVICE, rig.stage.redisUrl, rig.stage.prefix, key, String(diesBeforeSend)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify({ to, routes }));
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
  await once(child, "close");
  expect(child.signalCode).toBe(diesBeforeSend > 0 ? "SIGKILL" : null);
  return output.join("");
}
