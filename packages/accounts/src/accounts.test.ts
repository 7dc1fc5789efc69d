import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../test/own-prefix.ts";
import { LOG_KEPT, readActions, writeAction } from "./action-log.ts";
import { logKey, usersKey } from "./names.ts";
import { hashPassword, isPassword } from "./passwords.ts";
import { endSession, lookUpSession, openSession, proofOf, SESSION_MS } from "./sessions.ts";
import { giveBackTry, takeTry, TRIES } from "./tries.ts";
import { accountProblems, addAccount, findAccount, listAccounts, removeAccount } from "./users.ts";

const NOW = new Date("2026-12-01T09:00:00Z");
const ANN = { name: "ann", role: "operator", password: "correct horse" };
const prefix = ownPrefix();
let redis: Redis;

beforeAll(() => {
  redis = new Redis(testRedisUrl());
});

afterAll(async () => {
  await redis.quit();
  await dropPrefix(prefix);
});

describe("a password", () => {
  it("is kept as scrypt with its parameters, and taken however it was composed", async () => {
    const kept = await hashPassword("pässwörd");
    expect(kept).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(await isPassword("pa\u0308sswo\u0308rd", kept)).toBe(true);
    expect(await isPassword("passwords", kept)).toBe(false);
  });

  it.each([null, "", "scrypt$", "scrypt$99999999$999$1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAA", "scrypt$2$1$1$!$!"])(
    "is never right where this is kept: %s",
    async (kept) => {
      expect(await isPassword("", kept)).toBe(false);
    },
  );
});

describe("an account", () => {
  it("is added once, replaced when that is said, and removed", async () => {
    const place = { redis, prefix };
    const add = async (replace: boolean) => addAccount(place, ANN, { replace, now: NOW });
    expect([await add(false), await add(false), await add(true)]).toEqual(["added", "there", "added"]);
    expect(await listAccounts(place)).toEqual([{ name: "ann", role: "operator", created_at: NOW.toISOString() }]);
    expect(JSON.stringify(await redis.hgetall(usersKey(prefix)))).not.toContain(ANN.password);
    expect([await removeAccount(place, "ann"), await removeAccount(place, "ann")]).toEqual([true, false]);
  });

  it("says what it cannot be, and never the value", () => {
    const problems = accountProblems({ name: "Ann Secret", role: "root", password: "hidden" });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual(["name", "role", "password"]);
    expect(problems.join()).not.toMatch(/Secret|hidden/);
  });
});

async function look(token: string, { now = NOW, isRequest = true } = {}): ReturnType<typeof lookUpSession> {
  return lookUpSession({ redis, prefix }, token, { now, isRequest, settings: null });
}

async function open(now = NOW): Promise<string> {
  await addAccount({ redis, prefix }, ANN, { replace: true, now: NOW });
  const kept = await findAccount({ redis, prefix }, "ann");
  return openSession({ redis, prefix }, { name: "ann", proof: proofOf(kept ?? { password: "" }) }, now);
}

describe("a session", () => {
  it("is known by its token until it is ended, and Redis has not got that", async () => {
    const token = await open();
    expect(await look(token)).toEqual({ name: "ann", role: "operator" });
    expect((await redis.keys(`${prefix}:board:session:*`)).join()).not.toContain(token);
    expect(await look(`${token}x`)).toBeNull();
    await endSession({ redis, prefix }, token);
    expect(await look(token)).toBeNull();
  });

  it("ends by itself, however busy it is", async () => {
    const token = await open();
    const end = NOW.getTime() + SESSION_MS.most;
    expect(await look(token, { now: new Date(end - 1) })).not.toBeNull();
    expect(await look(token, { now: new Date(end) })).toBeNull();
  });

  it("goes on for longer by what a person asks for alone", async () => {
    const token = await open();
    const [key = ""] = await redis.keys(`${prefix}:board:session:*`);
    await redis.pexpire(key, 60_000);
    await look(token, { isRequest: false });
    expect(await redis.pttl(key)).toBeLessThanOrEqual(60_000);
    await look(token);
    expect(await redis.pttl(key)).toBeGreaterThan(60_000);
  });

  it("ends with its account, and with another password", async () => {
    const first = await open();
    const second = await open();
    expect([await look(first), (await look(second))?.name]).toEqual([null, "ann"]);
    await removeAccount({ redis, prefix }, "ann");
    expect(await look(second)).toBeNull();
  });

  it("of the account of the settings ends with its password", async () => {
    const settings = { name: "volley", role: "viewer", proof: "one" } as const;
    const token = await openSession({ redis, prefix }, settings, NOW);
    const as = async (proof: string) =>
      lookUpSession({ redis, prefix }, token, { now: NOW, isRequest: true, settings: { ...settings, proof } });
    expect([(await as("one"))?.name, await as("two"), await look(token)]).toEqual(["volley", null, null]);
  });
});

async function take(name: string, address: string): ReturnType<typeof takeTry> {
  return takeTry({ redis, prefix }, { name, address });
}

describe("tries to sign in", () => {
  it("are as many as an account has, also of many at once, until one was right", async () => {
    const tried = { name: "bob", address: "192.0.2.1" };
    const many = await Promise.all(Array.from({ length: 25 }, async () => take(tried.name, tried.address)));
    expect(many.filter(({ waitMs }) => waitMs === 0)).toHaveLength(TRIES.ofAccount);
    expect(many.filter(({ isLast }) => isLast)).toHaveLength(1);
    expect((await take("bob", "192.0.2.2")).waitMs).toBeGreaterThan(0);
    await giveBackTry({ redis, prefix }, tried);
    expect((await take("bob", "192.0.2.2")).waitMs).toBe(0);
  });

  it.each([
    ["192.0.2.9", "192.0.2.9"],
    ["2001:db8:0:1::1", "2001:0db8::1:9:8:7:6"],
  ])("are as many as an address has, whatever accounts it tries: %s", async (one, same) => {
    for (let at = 0; at < TRIES.ofAddress; at += 1) expect((await take(`${one} ${at}`, one)).waitMs).toBe(0);
    expect((await take("another", same)).waitMs).toBeGreaterThan(0);
    expect((await take("another", "2001:db8:0:2::1")).waitMs).toBe(0);
  });
});

describe("the log of actions", () => {
  const action = {
    who: "ann",
    role: "operator",
    what: "region.pause",
    about: "eu",
    reason: "x".repeat(900),
    detail: "",
  };

  it("is read from the newest line on, page by page, and goes after 90 days", async () => {
    for (const about of ["eu", "us", "au"]) await writeAction({ redis, prefix }, { ...action, about }, new Date());
    const read = async (cursor?: string) => readActions({ redis, prefix }, { cursor, limit: 2, now: new Date() });
    const first = await read();
    expect(first?.actions.map(({ about }) => about)).toEqual(["au", "us"]);
    expect(first?.actions[0]?.reason).toHaveLength(500);
    expect((await read(first?.cursor ?? ""))?.actions.map(({ about }) => about)).toEqual(["eu"]);
    expect(await read("no cursor")).toBeNull();
    expect(await redis.pttl(logKey(prefix))).toBeGreaterThan(LOG_KEPT.ms - 60_000);
    const later = new Date(Date.now() + LOG_KEPT.ms + 60_000);
    expect((await readActions({ redis, prefix }, { limit: 2, now: later }))?.actions).toEqual([]);
  });
});
