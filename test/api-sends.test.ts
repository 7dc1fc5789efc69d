import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { numbers, openStagingRig, type StagingRig } from "./staging-rig.ts";
import { spawnWebhooks, type WebhooksProcess } from "./stage/webhooks-process.ts";
import { eventually } from "./stage/eventually.ts";
import { testRedisUrl } from "./own-prefix.ts";

const PEOPLE = 20_000;

const LIST = `phone,name\n${[...numbers(PEOPLE)].map((number) => `${number},Ann`).join("\n")}\n`;

const QUERY = "force=true&region=eu&from=Volley&body=Hi%20%24%7Bname%7D";

let rig: StagingRig;
let key: string;
let apis: WebhooksProcess[];

beforeAll(async () => {
  rig = openStagingRig();
  const environment = { REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: rig.prefix, VOLLEY_HTTP_PORT: "0" };
  apis = await Promise.all([0, 1, 2].map(async () => spawnWebhooks(environment, "api")));
  ({ key } = await rig.producer.keys.create({ name: "shop", scopes: ["sends:write"] }));
});

afterAll(async () => {
  await Promise.all(apis.map(async (each) => each.kill()));
  await rig.close();
});

function api(index: number): WebhooksProcess {
  const found = apis[index];
  if (!found) throw new Error(`there is no process ${index}`);
  return found;
}

type Head = { readonly key?: string; readonly query?: string; readonly headers: readonly string[] };

/** A request whose body is written by hand. */
async function begin({ url }: WebhooksProcess, { key: own = key, query = QUERY, headers }: Head): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const head = [`POST /v1/sends?${query} HTTP/1.1`, "Host: volley", `Authorization: Bearer ${own}`, ...headers];
  socket.on("error", () => {});
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  return socket;
}

/** An upload of which half has come, and some of it is in Redis. */
async function halfUploaded(to: WebhooksProcess, idempotencyKey: string, own = key): Promise<Socket> {
  const headers = [`Idempotency-Key: ${idempotencyKey}`, "Content-Type: text/csv", `Content-Length: ${LIST.length}`];
  const socket = await begin(to, { key: own, headers });
  socket.write(LIST.slice(0, LIST.length / 2));
  await rig.firstStage();
  return socket;
}

async function upload({ url }: WebhooksProcess, idempotencyKey: string, own = key): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${own}`, "idempotency-key": idempotencyKey, "content-type": "text/csv" };
  const response = await fetch(`${url}/v1/sends?${QUERY}`, { method: "POST", headers, body: LIST });
  return { status: response.status, ...((await response.json()) as object) };
}

const WHOLE = { status: 202, alreadyEnqueued: false, recipients: { requested: PEOPLE, valid: PEOPLE } };

async function answerOf(socket: Socket): Promise<string> {
  let answer = "";
  for await (const chunk of socket) {
    if (answer === "" && String(chunk).startsWith("HTTP/1.1 100")) socket.write("{}");
    answer += String(chunk);
  }
  return answer;
}

test("asks for a body only whose key is good, and takes none that is packed", async () => {
  const headers = ["Idempotency-Key: a", "Expect: 100-continue", "Content-Type: application/json", "Connection: close"];
  const ask = async (own: string, ...more: string[]) =>
    answerOf(await begin(api(0), { key: own, headers: [...headers, "Content-Length: 2", ...more] }));
  expect(await ask("vk_none")).toMatch(/^HTTP\/1.1 401/);
  expect(await ask(key)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 400 /);
  expect(await ask(key, "Content-Encoding: gzip")).toMatch(/^HTTP\/1.1 (100 Continue\r\n\r\nHTTP\/1.1 )?415/);
});

test("enqueues nothing of an upload whose connection breaks, keeps nothing of it, and the same key finishes it", async () => {
  const socket = await halfUploaded(api(0), "broken");
  socket.destroy();
  await eventually(async () => (await rig.stages()).length === 0, "a stage that is removed");
  expect(await rig.producer.isKeyUsed({ region: "eu", idempotencyKey: "broken" })).toBe(false);
  expect(await rig.queue.getJobCountByTypes("waiting", "delayed")).toBe(0);
  expect(await upload(api(0), "broken")).toMatchObject(WHOLE);
  expect(await upload(api(1), "broken")).toMatchObject({ status: 202, alreadyEnqueued: true });
});

test("enqueues nothing of an upload whose process is killed, and the same key finishes it at another one", async () => {
  const before = await rig.queue.getJobCountByTypes("waiting", "delayed");
  // Of the day is left what the request needs, and what the dead process took of it is the request's still.
  const limited = { name: "day", scopes: ["sends:write"], perDay: PEOPLE };
  const { key: own } = await rig.producer.keys.create(limited);
  const socket = await halfUploaded(api(2), "killed", own);
  await api(2).kill();
  socket.destroy();
  expect(await rig.queue.getJobCountByTypes("waiting", "delayed")).toBe(before);
  expect(await upload(api(0), "killed", own)).toMatchObject(WHOLE);
  expect(await upload(api(0), "killed", own)).toMatchObject({ status: 202, alreadyEnqueued: true });
  expect(await upload(api(0), "another", own)).toMatchObject({ status: 429, code: "daily_limit_reached" });
});

test("enqueues one send for one key, however many ask at once, and whichever process is killed", async () => {
  const before = await rig.queue.getJobCountByTypes("waiting", "delayed");
  const body = JSON.stringify({ region: "eu", from: "Volley", to: [...numbers(100)], body: "Hi" });
  const headers = { authorization: `Bearer ${key}`, "idempotency-key": "once", "content-type": "application/json" };
  const asked = Array.from({ length: 50 }, async (_, index) => {
    const response = await fetch(`${api(index % 2).url}/v1/sends?force=true`, { method: "POST", headers, body });
    return { status: response.status, ...((await response.json()) as { readonly id?: string }) };
  });
  await Promise.race(asked.filter((_, index) => index % 2 === 1));
  await api(1).kill();
  const answers = (await Promise.allSettled(asked)).flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(answers.length).toBeGreaterThanOrEqual(26);
  expect(new Set(answers.map(({ status, id }) => `${status} ${id}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(202);
  expect(await rig.queue.getJobCountByTypes("waiting", "delayed")).toBe(before + 1);
});

test("ends an upload when it is told to stop, says so, and enqueues nothing", async () => {
  const socket = await halfUploaded(api(0), "stopped");
  const [answer, code] = await Promise.all([answerOf(socket), api(0).stop()]);
  expect(answer).toMatch(/^HTTP\/1.1 503/);
  expect(answer).toContain("VOLLEY_PRODUCER_CLOSED");
  expect(code).toBe(0);
  expect(api(0).output()).not.toMatch(/4699000|Ann|vk_|"level":50/);
});
