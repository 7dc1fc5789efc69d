import { expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "./start-emulator.ts";

test.each<[string, unknown]>([
  ["latency: unknown option, did you mean latencyMs?", { latency: 30 }],
  ["plan: unknown option, did you mean plans?", { plan: {} }],
  ["colour: unknown option, expected port, host", { colour: "red" }],
  ["port: expected a whole number from 0 to 65535", { port: "8090" }],
  ["port: expected a whole number from 0 to 65535", { port: 65_536 }],
  ["latencyMs: expected a number from 0", { latencyMs: "30ms" }],
  ["speed: expected a number of more than 0", { speed: 0 }],
  ["failShare: expected a number from 0 to 1", { failShare: 50 }],
  ["plans: expected an object, got an array", { plans: ["plan"] }],
  ["keep: expected everything or counts", { keep: "nothing" }],
  ["acceptAnyGroup: expected true or false, got a string", { acceptAnyGroup: "yes" }],
  ["defaultOriginator: expected true, false or senders", { defaultOriginator: "Volley" }],
  ["now: expected a function", { now: 5 }],
  ["expected an object of options, got a number", 8_090],
])("an emulator is refused with %s", async (message, options) => {
  const start = async (): Promise<Emulator> => Reflect.apply(startEmulator, undefined, [options]);
  await expect(start()).rejects.toThrow(TypeError);
  await expect(start()).rejects.toThrow(message);
});

test("an option that is undefined counts as left out", async () => {
  const emulator = await startEmulator({ port: undefined, latencyMs: undefined, keep: undefined, speed: undefined });
  expect(new URL(emulator.url).hostname).toBe("127.0.0.1");
  await emulator.close();
});
