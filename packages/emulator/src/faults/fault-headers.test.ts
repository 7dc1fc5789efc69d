import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "../serve/start-emulator.ts";

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(() => emulator.close());

async function add(headers: Readonly<Record<string, string>>): Promise<[number, unknown]> {
  const body = JSON.stringify({ action: { kind: "status", status: 429, headers } });
  const response = await fetch(`${emulator.url}/emulator/faults`, { method: "POST", body });
  return [response.status, await response.json()];
}

describe("the headers of a fault", () => {
  test.each([
    ["a name with a space", "retry after", "1"],
    ["no name", "", "1"],
    ["a value of two lines", "retry-after", "1\nx: y"],
    ["a value that is not Latin-1", "retry-after", "ж"],
    ["trailers, which no answer has", "Trailer", "x"],
    ["another way to send the answer than it is sent", "transfer-encoding", "chunked"],
  ])("are refused with %s, naming the header", async (_name, name, value) => {
    const problems = [expect.stringContaining(`action.headers.${name}: `)];
    expect(await add({ "x-fine": "1", [name]: value })).toEqual([400, { code: "invalid_fault", problems }]);
    const action = { kind: "status", status: 429, headers: { [name]: value } } as const;
    expect(() => emulator.faults.add({ action })).toThrow(`action.headers.${name}: `);
  });

  test("are written as they are given", async () => {
    expect((await add({ "Retry-After": "7", "x-latin": "é", "x-empty": "" }))[0]).toBe(201);
    const { status, headers } = await fetch(`${emulator.url}/xms/v1/plan/batches`);
    const written = ["retry-after", "x-latin", "x-empty"].map((name) => headers.get(name));
    expect([status, ...written]).toEqual([429, "7", "é", ""]);
  });
});
