import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "./start-emulator.ts";

const REFUSAL = { code: "syntax_invalid_json", text: "The body is nested deeper than 100 levels." };

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(() => emulator.close());

async function ask(method: string, path: string, body?: string): Promise<[number, unknown]> {
  const response = await fetch(`${emulator.url}${path}`, {
    method,
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return [response.status, text === "" ? undefined : JSON.parse(text)];
}

/** A batch that would be accepted, with a field that holds so many lists inside one another. */
function batch(lists: number, innermost = ""): string {
  return `{"from":"V","to":["46701234567"],"body":"x","z":${"[".repeat(lists)}${innermost}${"]".repeat(lists)}}`;
}

describe("a body with many levels", () => {
  test.each([
    [100, ""],
    [3_000, "null"],
    [8_000, ""],
    [100_000, ""],
  ])("is refused before anything is stored: %i lists around '%s'", async (lists, innermost) => {
    expect(await ask("POST", "/xms/v1/plan/batches", batch(lists, innermost))).toEqual([400, REFUSAL]);
    expect(await ask("GET", "/xms/v1/plan/batches")).toMatchObject([200, { count: 0 }]);
    expect(await ask("GET", "/emulator/batches")).toEqual([200, { count: 0, batches: [] }]);
    expect(emulator.timesTexted("46701234567")).toBe(0);
  });

  test("is accepted with a hundred of them, and listed", async () => {
    expect((await ask("POST", "/xms/v1/plan/batches", batch(99, "null")))[0]).toBe(201);
    expect(await ask("GET", "/xms/v1/plan/batches")).toMatchObject([200, { count: 1 }]);
    expect(await ask("GET", "/emulator/batches")).toMatchObject([200, { count: 1 }]);
  });

  test("is accepted with many brackets that stand beside one another", async () => {
    const beside = `{"from":"V","to":["46701234567"],"body":"${"[{".repeat(500)}","z":[${"[{}],".repeat(500)}[]]}`;
    expect((await ask("POST", "/xms/v1/plan/batches", beside))[0]).toBe(201);
  });

  test.each([
    ["POST", "/batches/dry_run"],
    ["POST", "/batches/:batch"],
    ["PUT", "/batches/:batch"],
    ["POST", "/batches/:batch/delivery_feedback"],
    ["POST", "/groups"],
    ["POST", "/groups/:group"],
    ["PUT", "/groups/:group"],
    ["POST", "/groups/:group/tags"],
    ["PUT", "/groups/:group/tags"],
  ])("is refused by %s %s", async (method, path) => {
    const later = '{"from":"V","to":["46701234567"],"body":"x","send_at":"2099-01-01","feedback_enabled":true}';
    const [, sent] = await ask("POST", "/xms/v1/plan/batches", later);
    const [, group] = await ask("POST", "/xms/v1/plan/groups", "{}");
    const filled = path.replace(":batch", (sent as { id: string }).id).replace(":group", (group as { id: string }).id);
    expect(await ask(method, `/xms/v1/plan${filled}`, batch(8_000))).toEqual([400, REFUSAL]);
  });

  test.each([
    ["POST", "/emulator/faults", "invalid_fault", `{"action":{"kind":"status","status":500,"body":#}}`],
    ["POST", "/emulator/inbounds", "invalid_inbound", `{"plan":"plan","from":"1","to":"2","body":"x","z":#}`],
    ["PUT", "/emulator/callbacks", "invalid_callbacks", `{"secret":"s","z":#}`],
  ])("is refused by %s %s", async (method, path, code, template) => {
    const body = template.replace("#", `${"[".repeat(8_000)}${"]".repeat(8_000)}`);
    expect(await ask(method, path, body)).toEqual([400, { code, problems: [REFUSAL.text] }]);
    expect(emulator.faults.list()).toEqual([]);
  });

  test("is refused as the answer of a fault that a test adds, too", () => {
    const deep: unknown[] = [];
    let innermost = deep;
    for (let level = 0; level < 8_000; level += 1) innermost.push((innermost = []));
    expect(() => emulator.faults.add({ action: { kind: "status", status: 500, body: deep } })).toThrow(
      /action\.body: .*nested deeper than 100 levels/,
    );
  });
});
