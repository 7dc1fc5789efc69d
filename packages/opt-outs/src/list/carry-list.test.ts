import { EventEmitter, once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createNumbering, tokenOf, writeToken } from "../terms/numbering.ts";
import type { Scope } from "../terms/scope.ts";
import { type CarriedPlace, carryList, shownWho } from "./carry-list.ts";
import { carriedKey, listKeys } from "./list-keys.ts";
import { openSuppressionList, type SuppressionList } from "./suppression-list.ts";

const ANN = "46701234567";
const BO = "12015550123";

/** Two Redis are two prefixes on one: what is carried goes by connection, so each has a `keyPrefix` of its own. */
let redis: Redis;
let prefix: string;
let us: CarriedPlace;
let eu: CarriedPlace;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl());
  us = placeOf("us");
  eu = placeOf("eu");
});

afterEach(async () => {
  for (const place of [us, eu]) place.redis.disconnect();
  await dropPrefix(prefix);
  await dropPrefix(`us${prefix}`);
  await dropPrefix(`eu${prefix}`);
  redis.disconnect();
});

function placeOf(name: string): CarriedPlace {
  return { name, redis: new Redis(testRedisUrl(), { keyPrefix: name }) };
}

function listOf({ redis: own }: CarriedPlace, secret?: string): SuppressionList {
  return openSuppressionList({ redis: own, prefix, numbering: createNumbering(secret) });
}

async function stop(place: CarriedPlace, number: string, scope: Scope, secret?: string): Promise<void> {
  const entry = { kind: "stop", at: new Date(1e12), who: "inbound", why: "STOP" } as const;
  await listOf(place, secret).add([{ number, scope, ...entry }]);
}

async function carry(from: CarriedPlace, to: CarriedPlace, secret?: string): Promise<boolean> {
  return carryList({ from, to, prefix, numbering: createNumbering(secret) });
}

async function scopesIn(place: CarriedPlace, number: string, secret?: string): Promise<Scope[]> {
  return (await listOf(place, secret).find(number)).map(({ scope }) => scope);
}

describe.each([undefined, "a secret of sixteen characters"])("with the secret %s", (secret) => {
  it("what counts for all or a sender is carried, and a region's own is not", async () => {
    await stop(us, ANN, "all", secret);
    await stop(us, ANN, { sender: BO }, secret);
    await stop(us, ANN, { region: "us" }, secret);
    expect(await carry(us, eu, secret)).toBe(true);
    expect(await carry(us, eu, secret)).toBe(false);
    expect(await scopesIn(eu, ANN, secret)).toEqual(expect.arrayContaining([{ sender: BO }, "all"]));
    const [copy] = await listOf(eu, secret).find(ANN);
    expect(copy).toMatchObject({ kind: "stop", at: new Date(1e12), why: "", number: null });
    expect(shownWho(copy?.who ?? "")).toBe("copy of us");
  });

  it("what is taken off the first list leaves the other, and nothing comes back from there", async () => {
    await stop(us, ANN, "all", secret);
    await carry(us, eu, secret);
    await carry(eu, us, secret);
    expect(await listOf(us, secret).find(ANN)).toHaveLength(1);
    await listOf(us, secret).remove([{ number: ANN, scope: "all" }], { who: "eva", why: "" });
    await carry(us, eu, secret);
    await carry(eu, us, secret);
    expect([await scopesIn(us, ANN, secret), await scopesIn(eu, ANN, secret)]).toEqual([[], []]);
  });

  it("what was put there by itself stays", async () => {
    await stop(eu, ANN, "all", secret);
    await stop(us, ANN, "all", secret);
    await carry(us, eu, secret);
    await listOf(us, secret).remove([{ number: ANN, scope: "all" }], { who: "eva", why: "" });
    await carry(us, eu, secret);
    expect(await scopesIn(eu, ANN, secret)).toEqual(["all"]);
  });
});

describe.each([undefined, "a secret of sixteen characters"])(
  "of two who have said STOP in two places, with the secret %s",
  (secret) => {
    it.each(["said before it was brought", "said after it was brought"])(
      "START in one leaves the other: %s",
      async (order) => {
        const au = placeOf("au");
        const places = [us, eu, au];
        const carryAround = async (): Promise<void> => {
          for (const from of places) for (const to of places) if (from !== to) await carry(from, to, secret);
        };
        await stop(us, ANN, "all", secret);
        if (order.includes("after")) await carryAround();
        await stop(eu, ANN, "all", secret);
        await carryAround();
        await carryAround();
        await listOf(us, secret).remove([{ number: ANN, scope: "all" }], { who: "START", why: "" });
        await carryAround();
        expect([await scopesIn(eu, ANN, secret), await scopesIn(au, ANN, secret)]).toEqual([["all"], ["all"]]);
        await listOf(eu, secret).remove([{ number: ANN, scope: "all" }], { who: "START", why: "" });
        await carryAround();
        expect([await scopesIn(eu, ANN, secret), await scopesIn(au, ANN, secret)]).toEqual([[], []]);
        au.redis.disconnect();
        await dropPrefix(`au${prefix}`);
      },
    );
  },
);

it("whoever has stood still for too long writes nothing that is old by now", async () => {
  await stop(us, ANN, "all");
  await carry(us, eu);
  await listOf(us).remove([{ number: ANN, scope: "all" }], { who: "START", why: "" });
  // It has read that Ann is gone, and stands still until all others are through.
  const gate = new EventEmitter();
  const reached = once(gate, "reached");
  const writes: CarriedPlace["writes"] = {
    evalsha: async (...args) => {
      gate.emit("reached");
      await once(gate, "open");
      return eu.redis.evalsha(...args);
    },
    eval: async (...args) => eu.redis.eval(...args),
  };
  const slow = carry(us, { ...eu, writes });
  await reached;
  await stop(us, ANN, "all");
  await carry(us, eu);
  gate.emit("open");
  await slow;
  expect(await scopesIn(eu, ANN)).toEqual(["all"]);
});

it("no number stands in the other list, nor in its changes", async () => {
  await stop(us, ANN, "all");
  await carry(us, eu);
  const keys = await redis.keys(`eu${prefix}:*`);
  const dumps = await Promise.all(keys.map(async (key) => String(await redis.dumpBuffer(key))));
  const token = writeToken(tokenOf(ANN, createNumbering()));
  expect(keys.join() + dumps.join()).not.toContain(token);
});

it.each([
  ["the changes are gone", async () => us.redis.del(listKeys(prefix).log)],
  ["it is not known how far it is", async () => eu.redis.del(carriedKey(prefix))],
  [
    "the first list is another one than before",
    async () => eu.redis.hset(carriedKey(prefix), "us", `1:${"0".repeat(12)}:x`),
  ],
])("the whole list is carried where %s", async (_, lose) => {
  await stop(us, BO, "all");
  await carry(us, eu);
  await stop(us, ANN, "all");
  await lose();
  await carry(us, eu);
  expect([await scopesIn(eu, ANN), await scopesIn(eu, BO)]).toEqual([["all"], ["all"]]);
});

it("lists of two secrets are not mixed", async () => {
  await stop(us, ANN, "all", "a secret of sixteen characters");
  await stop(eu, BO, "all", "another one of many characters");
  await expect(carry(us, eu, "a secret of sixteen characters")).rejects.toThrow("VOLLEY_SUPPRESSION_SECRET");
});
