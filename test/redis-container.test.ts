import { afterEach, expect, test } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { getContainerRuntimeClient, ImageName } from "testcontainers";

const image = process.env["VOLLEY_TEST_REDIS_IMAGE"] || "redis:7-alpine";
/** Nothing listens on port 1, so that this pull fails at once and without a network. */
const unreachableImage = "127.0.0.1:1/volley/redis:none";

/** What this machine can be expected to do: with an engine that has the image, and with no engine or no image. */
const machine = await engineHas(image).then(
  (hasImage) => ({
    how: hasImage ? `a container of ${image} on port` : "-server",
    said: hasImage ? [] : [`Pulling ${image} …`, expect.stringContaining(`the container engine gives no ${image}`)],
    unreachable: [`Pulling ${unreachableImage} …`, expect.stringContaining(`gives no ${unreachableImage}`)],
  }),
  () => ({
    how: "-server",
    said: ["Redis: no container engine answers."],
    unreachable: ["Redis: no container engine answers."],
  }),
);

const started: LocalRedis[] = [];
const clients: Redis[] = [];

afterEach(async () => {
  // Disconnecting a client whose Redis is gone already leaves ioredis' timer of two seconds running.
  for (const client of clients.splice(0).filter(({ status }) => status !== "end")) {
    client.disconnect();
  }
  await Promise.all(started.splice(0).map(async (redis) => redis.stop()));
});

async function engineHas(name: string): Promise<boolean> {
  const client = await getContainerRuntimeClient();
  return client.image.exists(ImageName.fromString(name));
}

async function start(options: { image: string; persistence?: boolean }) {
  const said: string[] = [];
  const redis = await startRedis({
    prefer: "container",
    install: false,
    say: (sentence) => said.push(sentence),
    ...options,
  });
  started.push(redis);
  return { redis, said };
}

async function connected(redis: LocalRedis): Promise<Redis> {
  const client = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => null });
  client.on("error", () => {});
  clients.push(client);
  await client.connect();
  return client;
}

test("a container comes first where an engine has the image, and a server with the reason said where not", async () => {
  const { redis, said } = await start({ image });
  expect(redis.how).toContain(machine.how);
  expect(said).toEqual(machine.said);
  const client = await connected(redis);
  await expect(client.ping()).resolves.toBe("PONG");
  await expect(client.config("GET", "maxmemory-policy")).resolves.toEqual(["maxmemory-policy", "noeviction"]);
});

test("it keeps its port and what it was told over a restart, and is gone once it is stopped", async () => {
  const { redis } = await start({ image, persistence: true });
  await (await connected(redis)).set("key", "kept");
  await redis.restart();
  await expect((await connected(redis)).get("key")).resolves.toBe("kept");
  await redis.stop();
  await expect(connected(redis)).rejects.toThrow("Connection is closed");
});

test("it comes back after a SIGKILL with what it had on disk", async () => {
  const { redis } = await start({ image, persistence: true });
  // What is answered was handed to the system before, which outlives the process.
  await (await connected(redis)).set("key", "kept");
  await redis.kill();
  await expect(connected(redis)).rejects.toThrow("Connection is closed");
  await redis.restart();
  await expect((await connected(redis)).get("key")).resolves.toBe("kept");
});

test("an image that cannot be pulled is passed over for a server, with the reason said", async () => {
  const { redis, said } = await start({ image: unreachableImage });
  expect(redis.how).toContain("-server");
  expect(said).toEqual(machine.unreachable);
  await expect((await connected(redis)).ping()).resolves.toBe("PONG");
});
