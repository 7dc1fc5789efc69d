import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { createRedisLink, type RedisLink, type StillWanted } from "./redis-link.ts";

const TIMEOUT_MS = 20;
const UNAVAILABLE = { name: "ProducerError", code: "VOLLEY_REDIS_UNAVAILABLE" };

/** It never connects: a test says how it is. */
let connection: Redis;
let link: RedisLink;

beforeEach(() => {
  connection = new Redis({ lazyConnect: true });
  connection.status = "connecting";
  link = createRedisLink(connection, TIMEOUT_MS);
});

afterEach(async () => {
  await link.close();
  connection.status = "wait";
  connection.disconnect();
});

function comesBack(): void {
  connection.status = "ready";
  connection.emit("ready");
}

/** Until whatever goes on by itself has gone on. */
async function soon(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

it("a call that was given up before the connection was there is not begun when it is", async () => {
  let begun = 0;
  const given = Array.from({ length: 3 }, async () =>
    link.run(async () => {
      begun += 1;
    }),
  );
  for (const each of given) await expect(each).rejects.toMatchObject(UNAVAILABLE);
  comesBack();
  await soon();
  expect(begun).toBe(0);
});

it("a step of a call that was given up is refused at once, and not when the connection is back", async () => {
  comesBack();
  let ask: StillWanted | undefined;
  const given = link.run(async (stillWanted) => {
    ask = stillWanted;
    await new Promise(() => {});
  });
  await expect(given).rejects.toMatchObject(UNAVAILABLE);
  connection.status = "reconnecting";
  await expect(ask?.()).rejects.toMatchObject(UNAVAILABLE);
});

it("no step that waits for the connection is taken once its call was given up, however many wait at once", async () => {
  comesBack();
  let taken = 0;
  const given = link.run(async (stillWanted) => {
    connection.status = "reconnecting";
    const step = async (): Promise<void> => {
      await stillWanted();
      taken += 1;
    };
    await Promise.all([step(), step(), step()]);
  });
  await expect(given).rejects.toMatchObject(UNAVAILABLE);
  comesBack();
  await soon();
  expect(taken).toBe(0);
});

it("steps that wait for the connection are taken when it is back in time", async () => {
  comesBack();
  const given = createRedisLink(connection, 60_000).run(async (stillWanted) => {
    connection.status = "reconnecting";
    setImmediate(comesBack);
    await stillWanted();
    return "done";
  });
  expect(await given).toBe("done");
});
