import { expect, test } from "@jest/globals";

import { startRedis } from "./start-redis.ts";

test("uses the URL that is given and starts nothing", async () => {
  const redis = await startRedis({ prefer: "server", url: "redis://127.0.0.1:1" });
  expect(redis).toMatchObject({ url: "redis://127.0.0.1:1", pid: null });
});

test("takes the server on the PATH first, on the port that is asked for", async () => {
  const said: string[] = [];
  const redis = await startRedis({ prefer: "server", url: "", say: (sentence) => said.push(sentence) });
  try {
    expect(redis.how).toMatch(/^(redis|valkey)-server \d/);
    expect(redis.pid).toBeGreaterThan(0);
    expect(said).toEqual([]);
  } finally {
    await redis.stop();
  }
});
