import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../emulation/emulator.ts";
import { startEmulator } from "../serve/start-emulator.ts";

const KEY = { keyId: "key", keySecret: "a:secret" };

let emulator: Emulator;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 23, 12);
  emulator = await startEmulator({
    plans: { plan: "token" },
    projects: { project: KEY, sibling: KEY, other: { keyId: "other", keySecret: "other" } },
    tokenSeconds: 120,
    now: () => nowMs,
  });
});

afterEach(() => emulator.close());

function askForToken(key: string, form = "grant_type=client_credentials"): Promise<Response> {
  return fetch(`${emulator.url}/oauth2/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(key).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: form,
  });
}

async function token(key = "key:a:secret"): Promise<string> {
  return ((await (await askForToken(key)).json()) as { access_token: string }).access_token;
}

async function list(project: string, bearer: string): Promise<[number, string | null]> {
  const response = await fetch(`${emulator.url}/xms/v1/${project}/batches`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  return [response.status, response.headers.get("www-authenticate")];
}

describe("POST /oauth2/token", () => {
  test("gives a JWT that says when it expires", async () => {
    const answer = (await (await askForToken("key:a:secret")).json()) as Record<string, unknown>;
    expect(answer).toMatchObject({ token_type: "bearer", expires_in: 120, scope: "" });
    const [, payload = ""] = String(answer["access_token"]).split(".");
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({ exp: nowMs / 1_000 + 120 });
  });

  test.each([
    ["a wrong secret", "key:wrong", undefined, 401],
    ["a plan's token", "plan:token", undefined, 401],
    ["another grant", "key:a:secret", "grant_type=password", 400],
    ["no grant", "key:a:secret", "", 400],
  ])("refuses %s", async (_name, key, form, status) => {
    expect((await askForToken(key, form)).status).toBe(status);
    expect(emulator.tokens()).toEqual({ asked: 1, granted: 0, refused: 1 });
  });

  test("is struck only by faults that name it, and is not a request to the SMS API", async () => {
    emulator.faults.add({ times: null, action: { kind: "status", status: 500 } });
    expect((await askForToken("key:a:secret")).status).toBe(200);
    emulator.faults.clear();
    emulator.faults.add({
      match: { path: "/oauth2/token" },
      times: null,
      action: { kind: "throttle", capacity: 2, per_second: 10 },
    });
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await askForToken("key:a:secret")).status);
    nowMs += 100;
    statuses.push((await askForToken("key:a:secret")).status);
    expect(statuses).toEqual([200, 200, 429, 200]);
    expect(emulator.stats().requests).toBe(0);
  });
});

describe("a token", () => {
  test("opens the projects of its key, and no plan", async () => {
    const bearer = await token();
    const invalid = 'Bearer error="invalid_token"';
    expect(await list("project", bearer)).toEqual([200, null]);
    expect(await list("sibling", bearer)).toEqual([200, null]);
    expect(await list("other", bearer)).toEqual([401, invalid]);
    expect(await list("plan", bearer)).toEqual([401, null]);
    expect(await list("project", "nonsense")).toEqual([401, invalid]);
    expect(await list("plan", "token")).toEqual([200, null]);
  });

  test("expires in time or at once, and says so", async () => {
    const bearer = await token();
    const expired = [401, expect.stringContaining("expired")];
    nowMs += 119_999;
    expect(await list("project", bearer)).toEqual([200, null]);
    nowMs += 1;
    expect(await list("project", bearer)).toEqual(expired);
    const next = await token();
    emulator.expireTokens();
    expect(await list("project", next)).toEqual(expired);
    expect(await list("project", await token())).toEqual([200, null]);
    expect(emulator.tokens()).toEqual({ asked: 3, granted: 3, refused: 0 });
  });

  test("is given to anybody where anybody may call", async () => {
    const open = await startEmulator();
    const response = await fetch(`${open.url}/oauth2/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from("any:key").toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const { access_token: bearer } = (await response.json()) as { access_token: string };
    const ask = async (): Promise<number> =>
      (await fetch(`${open.url}/xms/v1/any/batches`, { headers: { authorization: `Bearer ${bearer}` } })).status;
    const before = await ask();
    open.expireTokens();
    const after = await ask();
    await open.close();
    expect([before, after]).toEqual([200, 401]);
  });
});
