import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createProducer, type Producer } from "@volley/producer";
import { createLogger } from "@volley/runtime";
import { testRedisUrl } from "../../../../test/own-prefix.ts";
import { type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { readApiConfig } from "../config.ts";
import { startApi } from "../serve/start-api.ts";
import { shareReadings } from "./share-readings.ts";

let rig: RegionRig;
let api: Awaited<ReturnType<typeof startApi>>;
let producer: Producer;
let key: string;
let id: string;

async function startAnother(): ReturnType<typeof startApi> {
  const address = { VOLLEY_HTTP_HOST: "127.0.0.1", VOLLEY_HTTP_PORT: "0" };
  const config = readApiConfig({ REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: rig.prefix, ...address });
  return startApi(config, createLogger({ name: "test", level: "silent" }));
}

beforeAll(async () => {
  rig = await startRegionRig();
  api = await startAnother();
  producer = createProducer({ redis: testRedisUrl(), prefix: rig.prefix });
  ({ key } = await producer.keys.create({ name: "shop", scopes: ["sends:read"] }));
  const send = { from: "Volley", to: ["46701234567"], body: "Hi" };
  ({ id } = await producer.enqueue(send, { region: "eu", idempotencyKey: "first" }));
});

afterAll(async () => {
  await producer.close();
  await api.stop(new AbortController().signal);
  await rig.close();
});

/** Follows a send; what has come so far is in `text`. */
async function follow(secret: string, { lastId = "", url = api.url } = {}) {
  const leave = new AbortController();
  const response = await fetch(`${url}/v1/sends/${id}/progress`, {
    headers: { authorization: `Bearer ${secret}`, ...(lastId && { "last-event-id": lastId }) },
    signal: leave.signal,
  });
  const come = { text: "", hasEnded: false };
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) come.text += decoder.decode(bytes);
    come.hasEnded = true;
  })().catch(() => {});
  return {
    status: response.status,
    headers: response.headers,
    come,
    ended,
    leave: () => leave.abort(),
    /** The event with some number, the first one being 0. */
    event: async (index: number) =>
      eventually(() => {
        const found = [...come.text.matchAll(/^event: (\w+)\nid: (\S+)\ndata: (.*)\n\n/gm)][index];
        return found && { name: found[1], lastId: found[2] ?? "", data: JSON.parse(found[3] ?? "") as object };
      }, `event ${index}`),
  };
}

test("lets a key have some streams of progress, and ends each with its caller, its key and the process", async () => {
  const { key: other, record } = await producer.keys.create({ name: "streams", scopes: ["sends:read"] });
  const path = `${api.url}/v1/sends/${id}/progress`;
  for (let look = 0; look < 9; look += 1) {
    const head = await fetch(path, { method: "HEAD", headers: { authorization: `Bearer ${other}` } });
    expect(head.status).toBe(200);
  }
  const streams = await Promise.all(Array.from({ length: 8 }, async () => follow(other)));
  expect(streams.map(({ status }) => status)).toEqual(Array(8).fill(200));
  const refused = await fetch(path, { headers: { authorization: `Bearer ${other}` } });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "5"]);
  expect(await refused.json()).toMatchObject({ code: "too_many_streams" });
  streams[0]?.leave();
  const next = await eventually(async () => {
    const stream = await follow(other);
    return stream.status === 200 && stream;
  }, "a stream in place of the one that was left");
  await producer.keys.revoke(record.id);
  await Promise.all([...streams, next].map(async ({ ended }) => ended));
  expect(next.come.hasEnded).toBe(true);
  const second = await startAnother();
  const stopped = await follow(key, { url: second.url });
  await stopped.event(0);
  await second.stop(new AbortController().signal);
  await stopped.ended;
  expect(stopped.come.hasEnded).toBe(true);
});

test("ends the export of the list when it stops, though its caller takes nothing of it", async () => {
  const list = Array.from({ length: 30_000 }, (_, index) => String(46_990_000_000 + index));
  for (let at = 0; at < list.length; at += 10_000) {
    await producer.suppressions.add(list.slice(at, at + 10_000), { who: "a person", why: "x".repeat(200) });
  }
  const { key: reader } = await producer.keys.create({ name: "list", scopes: ["suppressions:read"] });
  const second = await startAnother();
  const socket = connect(second.port, "127.0.0.1");
  const head = ["GET /v1/suppressions/export HTTP/1.1", "Host: a", `Authorization: Bearer ${reader}`];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  await once(socket, "readable");
  try {
    const stopped = second.stop(new AbortController().signal).then(() => "stopped");
    expect(await Promise.race([stopped, pause(10_000, "goes on")])).toBe("stopped");
  } finally {
    socket.destroy();
  }
});

test("reads a status that many follow once, and one that there is not each time", async () => {
  const asked: string[] = [];
  const read = shareReadings({
    status: async (name) => {
      asked.push(name);
      return name === id ? producer.status(name) : null;
    },
  });
  const [first, second] = await Promise.all([read({ id }), read({ id })]);
  expect(second).toBe(first);
  await read({ id: "none" });
  await read({ id: "none" });
  expect(asked).toEqual([id, "none", "none"]);
});

test("tells the progress of a send as events, to whoever comes back the next change, and ends with it", async () => {
  const stream = await follow(key);
  expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  const first = await stream.event(0);
  expect(first).toMatchObject({ name: "progress", data: await producer.status(id) });
  expect(stream.come.text).toMatch(/^retry: \d+\n\n/);
  const back = await follow(key, { lastId: first.lastId });
  await producer.cancel(id, { waitMs: 1 }).catch(() => {});
  expect(await back.event(0)).toMatchObject({ name: "progress", data: { cancelAskedAt: expect.any(String) } });
  await rig.startWorker();
  await Promise.all([stream.ended, back.ended]);
  const count = stream.come.text.match(/^event: /gm)?.length ?? 0;
  const last = await stream.event(count - 1);
  const { result, ...status } = (await producer.status(id)) ?? {};
  expect(last).toEqual({
    name: "settled",
    lastId: "settled",
    data: { ...status, result: { state: "canceled", region: "eu", recipients: result?.recipients } },
  });
  expect(back.come.text.match(/^event: settled$/gm)).toHaveLength(1);
  expect((await follow(key, { lastId: last.lastId })).status).toBe(204);
  expect((await follow(key)).status).toBe(200);
});
