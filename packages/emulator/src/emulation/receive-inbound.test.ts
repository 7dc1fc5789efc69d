import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "./emulator.ts";
import { startEmulator } from "../serve/start-emulator.ts";
import type { NewInbound } from "../inbounds/inbound.ts";

const TEXT = { plan: "plan", from: "+46701234567", to: "12345", body: "Yes" };
const BINARY = { ...TEXT, type: "mo_binary", body: "SGVsbG8=", udh: "0605" };

let emulator: Emulator;

beforeEach(async () => {
  const projects = { project: { keyId: "key", keySecret: "secret" } };
  emulator = await startEmulator({ plans: { plan: "token", other: "token" }, projects });
});

afterEach(() => emulator.close());

async function post(message: object | string): Promise<[number, unknown]> {
  const body = typeof message === "string" ? message : JSON.stringify(message);
  const response = await fetch(`${emulator.url}/emulator/inbounds`, { method: "POST", body });
  return [response.status, await response.json()];
}

async function listed(): Promise<unknown> {
  const response = await fetch(`${emulator.url}/xms/v1/plan/inbounds`, { headers: { authorization: "Bearer token" } });
  return ((await response.json()) as { inbounds: unknown }).inbounds;
}

describe("an inbound message", () => {
  test.each<[string, object, string[]]>([
    ["a plan that nobody has", { ...TEXT, plan: "nowhere" }, ["plan: "]],
    ["no plan where there are several", { ...TEXT, plan: undefined }, ["plan: "]],
    ["a time that is none", { ...TEXT, sent_at: "garbage" }, ["sent_at: "]],
    ["half a byte in its header", { ...BINARY, udh: "060" }, ["udh: "]],
    ["a header that is not hexadecimal", { ...BINARY, udh: "xx" }, ["udh: "]],
    ["a body that is not Base64", { ...BINARY, body: "%" }, ["body: "]],
    ["Base64 that is cut off", { ...BINARY, body: "SGVsbG8" }, ["body: "]],
    ["Base64 with too much at its end", { ...BINARY, body: "SGVsb===" }, ["body: "]],
    ["millions of bytes", { ...BINARY, body: "A".repeat(12_000_000) }, ["body: "]],
    ["141 bytes", { ...BINARY, body: Buffer.alloc(139).toString("base64") }, ["body: "]],
    [
      "all of that",
      { ...BINARY, plan: "nowhere", sent_at: "", udh: "0", body: "%" },
      ["plan: ", "sent_at: ", "body: ", "udh: "],
    ],
  ])("is refused with %s, naming every problem", async (_name, message, names) => {
    const problems = names.map((name) => expect.stringContaining(name));
    expect(await post(message)).toEqual([400, { code: "invalid_inbound", problems }]);
    expect(() => emulator.receive(message as NewInbound)).toThrow(TypeError);
    expect(await listed()).toEqual([]);
  });

  test("is refused when it is no JSON, in these words", async () => {
    const problems = ["The body is not valid JSON."];
    expect(await post("{nope")).toEqual([400, { code: "invalid_inbound", problems }]);
    expect(await post("[]")).toMatchObject([400, { problems: ["expected an object"] }]);
  });

  test("may come to a project, which stands in place of a plan", async () => {
    expect((await post({ ...TEXT, plan: "project" }))[0]).toBe(201);
  });

  test.each([
    ["2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00.000Z"],
    ["2026-12-01T09:00", "2026-12-01T09:00:00.000Z"],
  ])("was sent at %s, and says so in UTC with milliseconds", async (sentAt, shown) => {
    expect(await post({ ...TEXT, sent_at: sentAt })).toMatchObject([201, { sent_at: shown }]);
    expect(await listed()).toMatchObject([{ sent_at: shown }]);
    expect(emulator.receive({ ...TEXT, sent_at: sentAt }).sent_at).toBe(shown);
  });

  test("may be binary with 140 bytes, header included", async () => {
    const body = Buffer.alloc(138).toString("base64");
    expect(await post({ ...BINARY, body })).toMatchObject([201, { type: "mo_binary", body, udh: "0605" }]);
  });
});
