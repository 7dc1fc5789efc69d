import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "../serve/start-emulator.ts";

let emulator: Emulator;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 23, 12);
  emulator = await startEmulator({ now: () => nowMs });
});

afterEach(() => emulator.close());

async function ask(method: string, path: string, body?: unknown): Promise<[number, unknown]> {
  const response = await fetch(`${emulator.url}/xms/v1/plan${path}`, {
    method,
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return [response.status, text === "" ? undefined : JSON.parse(text)];
}

async function create(body: object): Promise<string> {
  const [status, group] = await ask("POST", "/groups", body);
  expect(status).toBe(201);
  return (group as { id: string }).id;
}

async function members(id: string): Promise<unknown> {
  return (await ask("GET", `/groups/${id}/members`))[1];
}

async function send(to: string[], changes: object = {}): Promise<string> {
  const [status, batch] = await ask("POST", "/batches", { from: "12345", to, body: "Hi", ...changes });
  expect(status).toBe(201);
  return (batch as { id: string }).id;
}

describe("groups", () => {
  test("hold the numbers of their child groups, round in circles too", async () => {
    const child = await create({ members: ["46700000001", "+46700000002"] });
    const parent = await create({ members: ["46700000002", "46700000003"], child_groups: [child] });
    await ask("PUT", `/groups/${child}`, { members: ["46700000001"], child_groups: [parent] });
    expect(await members(parent)).toEqual(["46700000002", "46700000003", "46700000001"]);
    await ask("DELETE", `/groups/${child}`);
    expect(await members(parent)).toEqual(["46700000002", "46700000003"]);
    expect((await ask("GET", `/groups/${parent}`))[1]).toMatchObject({ size: 2 });
  });

  test("take in and let go the numbers of another group, adding before removing", async () => {
    const other = await create({ members: ["46700000001", "46700000002"] });
    const id = await create({});
    await ask("POST", `/groups/${id}`, { add_from_group: other, add: ["46700000003"], remove: ["46700000001"] });
    expect(await members(id)).toEqual(["46700000003", "46700000002"]);
    await ask("POST", `/groups/${id}`, { remove_from_group: other, remove: ["46799999999"] });
    expect(await members(id)).toEqual(["46700000003"]);
  });

  test.each<[string, object, number, string]>([
    ["a long name", { name: "x".repeat(21) }, 400, "syntax_constraint_violation"],
    ["a member that is no number", { members: ["46700000001", "x"] }, 400, "syntax_invalid_parameter_format"],
    ["an unknown child", { child_groups: ["01HEAWCHESCXG8SDG5R10VF8E1"] }, 403, "unknown_group"],
    ["eleven children", { child_groups: Array(11).fill("x") }, 400, "syntax_constraint_violation"],
    ["keywords without a number", { auto_update: {} }, 400, "syntax_constraint_violation"],
    [
      "a keyword of two words",
      { auto_update: { to: "12345", add: { first_word: "a b" } } },
      400,
      "syntax_constraint_violation",
    ],
    [
      "a second keyword of two words",
      { auto_update: { to: "12345", add: { first_word: "a", second_word: "b c" } } },
      400,
      "syntax_constraint_violation",
    ],
    ["members that are no list", { members: "46700000001" }, 400, "syntax_invalid_json"],
  ])("are refused with %s", async (_name, body, status, code) => {
    expect(await ask("POST", "/groups", body)).toMatchObject([status, { code }]);
    const id = await create({});
    expect(await ask("PUT", `/groups/${id}`, { members: [], ...body })).toMatchObject([status, { code }]);
  });

  test("are not found where they are not", async () => {
    const missing = "/groups/01HEAWCHESCXG8SDG5R10VF8E1";
    for (const method of ["GET", "DELETE"]) expect((await ask(method, missing))[0]).toBe(404);
    for (const method of ["POST", "PUT"]) expect((await ask(method, missing, { members: [] }))[0]).toBe(404);
    expect([(await ask("GET", `${missing}/members`))[0], (await ask("GET", `${missing}/tags`))[0]]).toEqual([404, 404]);
    const id = await create({});
    expect(await ask("PUT", `/groups/${id}`, {})).toMatchObject([400, { code: "syntax_constraint_violation" }]);
    expect(await ask("POST", `/groups/${id}`, { add_from_group: "x" })).toMatchObject([403, { code: "unknown_group" }]);
  });

  test("may keep their own name, and not take another's", async () => {
    await create({ name: "One" });
    const id = await create({ name: "Two" });
    expect((await ask("POST", `/groups/${id}`, { name: "Two" }))[0]).toBe(200);
    const taken = [403, { code: "conflict_group_name" }];
    expect(await ask("POST", `/groups/${id}`, { name: "One" })).toMatchObject(taken);
    expect(await ask("PUT", `/groups/${id}`, { name: "One", members: [] })).toMatchObject(taken);
  });

  test("take null for no keyword, and are joined by numbers only", async () => {
    const keywords = { to: "12345", add: { first_word: "JOIN", second_word: null }, remove: null };
    const [status, group] = await ask("POST", "/groups", { name: null, auto_update: keywords });
    expect([status, group]).toMatchObject([201, { auto_update: { to: "12345", add: { first_word: "JOIN" } } }]);
    expect(JSON.stringify(group)).not.toContain("null");
    const message = { plan: "plan", to: "12345", body: "join" };
    for (const from of ["Ann", "+46700000001"]) emulator.receive({ ...message, from });
    expect(await members((group as { id: string }).id)).toEqual(["46700000001"]);
  });

  test("have tags for old clients", async () => {
    const path = `/groups/${await create({})}/tags`;
    expect(await ask("GET", path)).toEqual([200, { tags: [] }]);
    expect(await ask("PUT", path, { tags: ["a", "b", "a"] })).toEqual([200, { tags: ["a", "b"] }]);
    expect(await ask("POST", path, { add: ["c"], remove: ["a"] })).toEqual([200, { tags: ["b", "c"] }]);
    expect(await ask("POST", path, { add: ["d"], remove: null })).toEqual([200, { tags: ["b", "c", "d"] }]);
  });
});

describe("a batch to a group", () => {
  const sendAt = "2026-11-24T00:00:00Z";

  test("texts the group as it is at its time; a group that is gone by then is empty", async () => {
    const stays = await create({ members: ["46700000001"] });
    const goes = await create({ members: ["46700000002"] });
    const id = await send([stays, goes, "46700000003"], { send_at: sendAt });
    await ask("POST", `/groups/${stays}`, { add: ["46700000004"] });
    await ask("DELETE", `/groups/${goes}`);
    nowMs = Date.parse(sendAt);
    await ask("POST", `/groups/${stays}`, { add: ["46700000005"] });
    const times = [1, 2, 3, 4, 5].map((index) => emulator.timesTexted(`4670000000${index}`));
    expect(times).toEqual([1, 0, 1, 1, 0]);
    expect(emulator.textsTo("46700000004")).toEqual(["Hi"]);
    expect(emulator.stats()).toMatchObject({ texted: 3, recipients: 3 });
    expect((await ask("GET", `/batches/${id}/delivery_report`))[1]).toMatchObject({ total_message_count: 3 });
    expect((await ask("POST", "/batches/dry_run", { from: "12345", to: [stays], body: "Hi" }))[1]).toEqual({
      number_of_recipients: 3,
      number_of_messages: 3,
    });
  });

  test("are listed", async () => {
    const id = await create({ name: "Friends", members: ["46700000001"] });
    expect((await ask("GET", "/groups"))[1]).toMatchObject({ count: 1, groups: [{ id, name: "Friends", size: 1 }] });
  });

  test("counts nobody when it is canceled in time", async () => {
    const group = await create({ members: ["46700000001"] });
    const id = await send([group], { send_at: sendAt });
    expect(emulator.timesTexted(group)).toBe(1);
    await ask("DELETE", `/batches/${id}`);
    nowMs = Date.parse(sendAt);
    expect([emulator.timesTexted(group), emulator.timesTexted("46700000001")]).toEqual([0, 0]);
    expect(emulator.stats().texted).toBe(0);
  });

  test("takes back what it counted, also when the group is deleted before", async () => {
    const group = await create({ members: ["46700000001"] });
    const changed = await send([group, "46700000002"], { send_at: sendAt });
    const canceled = await send([group, "46700000003"], { send_at: sendAt });
    expect((await ask("DELETE", `/groups/${group}`))[0]).toBe(200);
    const update = { to_add: ["46700000004"], to_remove: ["46700000002"] };
    expect(await ask("POST", `/batches/${changed}`, update)).toMatchObject([200, { to: [group, "46700000004"] }]);
    await ask("DELETE", `/batches/${canceled}`);
    expect(emulator.stats()).toMatchObject({ texted: 1, recipients: 1, texted_more_than_once: 0 });
    expect(emulator.timesTexted(group)).toBe(1);
    expect((await ask("POST", `/batches/${changed}`, { to_add: ["01HEAWCHESCXG8SDG5R10VF8E1"] }))[0]).toBe(403);
    await ask("DELETE", `/batches/${changed}`);
    expect(emulator.stats()).toMatchObject({ texted: 0, recipients: 0, texted_more_than_once: 0 });
    expect(emulator.timesTexted(group)).toBe(0);
  });

  test("wants recipients with its feedback", async () => {
    const id = await send([await create({ members: ["46700000001"] })], { feedback_enabled: true });
    const path = `/batches/${id}/delivery_feedback`;
    expect((await ask("POST", path, { recipients: [] }))[0]).toBe(400);
    expect((await ask("POST", path, {}))[0]).toBe(400);
    expect(await ask("POST", path, { recipients: ["46700000001"] })).toEqual([202, undefined]);
  });

  test("may name any group where that is set", async () => {
    const open = await startEmulator({ acceptAnyGroup: true });
    const response = await fetch(`${open.url}/xms/v1/plan/batches`, {
      method: "POST",
      headers: { authorization: "Bearer x", "content-type": "application/json" },
      body: JSON.stringify({ from: "12345", to: ["01HEAWCHESCXG8SDG5R10VF8E1"], body: "Hi" }),
    });
    const times = open.timesTexted("01HEAWCHESCXG8SDG5R10VF8E1");
    await open.close();
    expect([response.status, times]).toEqual([201, 1]);
  });
});
