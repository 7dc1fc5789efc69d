import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { readCliConfig } from "../redis/config.ts";
import { createProgram } from "../program.ts";
import { withRedis } from "../redis/with-redis.ts";

const ANN = "46701234567";

const prefix = ownPrefix();
const config = readCliConfig({ REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: prefix });

beforeAll(async () => {
  await put("evt_1", "send.settled", { send_id: "eu-1\u001B[2J", state: "accepted" });
  const status = { send_id: "eu-1", batch_id: "B1", recipient: ANN, status: "Delivered", code: 0, is_final: true };
  await put("evt_2", "recipient.status", status);
  await put("evt_3", "message.received", { id: "m1", from: ANN, body: "Yes" });
});

afterAll(async () => dropPrefix(prefix));

async function put(id: string, type: string, data: object): Promise<void> {
  const fields = [
    "id",
    id,
    "type",
    type,
    "at",
    "2020-12-01T09:00:00.000Z",
    "region",
    "eu",
    "data",
    JSON.stringify(data),
  ];
  await withRedis(config.redis, async (redis) => redis.xadd(`${prefix}:events`, "*", ...fields));
}

function run(flags: readonly string[], signal = new AbortController().signal) {
  const output = Object.assign(new PassThrough(), { isTTY: false });
  const messages = new PassThrough();
  const program = createProgram({ config, output, messages, signal });
  return { output, messages, ended: program.parseAsync(["node", "volley", "events", ...flags]) };
}

async function said(...flags: readonly string[]): Promise<string> {
  const { output, ended } = run(flags);
  await ended;
  return String(output.read() ?? "");
}

it("lists events without numbers and texts, and nothing that a terminal would obey", async () => {
  expect(await said("list")).toBe(
    [
      "2020-12-01T09:00:00.000Z eu send.settled evt_1 send_id=eu-1 [2J state=accepted",
      "2020-12-01T09:00:00.000Z eu recipient.status evt_2 send_id=eu-1 batch_id=B1 status=Delivered code=0 is_final=true",
      "2020-12-01T09:00:00.000Z eu message.received evt_3",
      "",
    ].join("\n"),
  );
  expect(await said("list", "--types", "send.settled, message.received")).not.toContain("recipient.status");
  expect(await said("list", "--since", "2030-01-01T00:00:00Z")).toBe("");
});

it("lists them whole for programs", async () => {
  const lines = (await said("list", "--json", "--types", "message.received")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      id: "evt_3",
      type: "message.received",
      at: "2020-12-01T09:00:00.000Z",
      region: "eu",
      data: { id: "m1", from: ANN, body: "Yes" },
    },
  ]);
});

it("names the types where one is none of them", async () => {
  await expect(said("list", "--types", "send.settled,send.sttled")).rejects.toThrow(
    "--types: expected some of send.settled",
  );
});

it("follows what comes from now on, and ends at Ctrl+C without an error", async () => {
  const interrupted = new AbortController();
  const { output, ended } = run(["tail", "--json"], interrupted.signal);
  let shown = "";
  output.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  let count = 3;
  await eventually(async () => {
    await put(`evt_${(count += 1)}`, "send.settled", { send_id: "eu-2" });
    return shown !== "";
  }, "an event");
  expect(JSON.parse(shown.split("\n")[0] ?? "")).toMatchObject({ data: { send_id: "eu-2" } });
  expect(shown).not.toContain("evt_3");
  interrupted.abort(new Error("interrupted"));
  await ended;
});
