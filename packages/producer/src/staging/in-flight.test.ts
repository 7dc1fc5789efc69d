import { expect, it } from "@jest/globals";
import { createInFlight } from "./in-flight.ts";

const MANY = 1_024 * 1_024;

type Call = { readonly call: () => Promise<void>; readonly succeed: () => void; readonly fail: (why: Error) => void };

const NOTHING = (): void => {};

function openCall(): Call {
  let succeed = NOTHING;
  let fail: Call["fail"] = NOTHING;
  const ended = new Promise<void>((resolve, reject) => {
    succeed = resolve;
    fail = reject;
  });
  return { call: async () => ended, succeed, fail };
}

/** Whether there is room now, without waiting for it. */
async function hasRoom(room: Promise<void>): Promise<boolean> {
  return Promise.race([room.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);
}

it.each([
  { calls: 7, characters: 1, isRoom: true },
  { calls: 8, characters: 1, isRoom: false },
  { calls: 1, characters: 4 * MANY - 1, isRoom: true },
  { calls: 1, characters: 4 * MANY, isRoom: false },
])("after $calls calls of $characters characters there is room: $isRoom", async ({ calls, characters, isRoom }) => {
  const inFlight = createInFlight();
  const open = Array.from({ length: calls }, openCall);
  for (const { call } of open) inFlight.start(call, characters);
  const room = inFlight.room();
  expect(await hasRoom(room)).toBe(isRoom);
  open[0]?.succeed();
  expect(await hasRoom(room)).toBe(true);
  for (const { succeed } of open) succeed();
  await inFlight.settled();
});

it("tells of the first failure, once everything has ended", async () => {
  const inFlight = createInFlight();
  const [good, bad, worse] = [openCall(), openCall(), openCall()];
  for (const { call } of [good, bad, worse]) inFlight.start(call, 1);
  bad.fail(new Error("first"));
  worse.fail(new Error("second"));
  const settled = inFlight.settled();
  expect(await hasRoom(settled.catch(() => {}))).toBe(false);
  good.succeed();
  await expect(settled).rejects.toThrow("first");
  await expect(inFlight.room()).rejects.toThrow("first");
});
