import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { readCliConfig } from "../redis/config.ts";
import { createProgram } from "../program.ts";
import { withRedis } from "../redis/with-redis.ts";
import { describeProof } from "./describe-proof.ts";

const ANN = "46701234567";

const prefix = ownPrefix();
const config = readCliConfig({ REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: prefix });
const folder = mkdtempSync(join(tmpdir(), "volley-inbox-"));

beforeAll(async () => {
  await put({ id: "m1", type: "mo_text", body: '=HYPERLINK("http://bad.example")', send_id: "eu-1", batch_id: "B1" });
  await put({ id: "m2", type: "mo_text", body: "Hi\u001B[2J\nthere", send_id: null, unlinked: "no_send" });
  await put({ id: "m3", type: "mo_binary", body: "AAE=", udh: "0500", send_id: null, unlinked: "no_send" });
  const media = [{ url: "https://media.example/1" }, { status: "Failed" }];
  await put({ id: "m4", type: "mo_media", body: { subject: "S", message: "M", media }, send_id: null });
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await dropPrefix(prefix);
});

async function put(message: object): Promise<void> {
  const data = { from: ANN, to: "12015550123", received_at: "2020-12-01T09:00:00Z", ...message };
  const fields = ["at", "2020-12-01T09:00:00.000Z", "region", "eu", "data", JSON.stringify(data)];
  await withRedis(config.redis, async (redis) => redis.xadd(`${prefix}:inbox`, "*", ...fields));
}

function run(flags: readonly string[], signal = new AbortController().signal) {
  const output = Object.assign(new PassThrough(), { isTTY: false });
  const messages = new PassThrough();
  const program = createProgram({ config, output, messages, signal });
  return { output, messages, ended: program.parseAsync(["node", "volley", "inbox", ...flags]) };
}

async function said(flags: readonly string[]): Promise<string> {
  const { output, ended } = run(flags);
  await ended;
  return String(output.read() ?? "");
}

it("shows messages with their numbers hidden, and nothing that a terminal would obey", async () => {
  expect(await said([])).toBe(
    [
      '2020-12-01T09:00:00.000Z eu …67 to 12015550123 (answers eu-1): “=HYPERLINK("http://bad.example")”',
      "2020-12-01T09:00:00.000Z eu …67 to 12015550123: “Hi [2J there”",
      "2020-12-01T09:00:00.000Z eu …67 to 12015550123: binary AAE= with header 0500",
      "2020-12-01T09:00:00.000Z eu …67 to 12015550123: “S: M” https://media.example/1",
      "",
    ].join("\n"),
  );
  expect(await said(["--show-numbers", "--from", `+${ANN}`])).toContain(` ${ANN} to `);
  expect(await said(["--since", "1h"])).toBe("");
});

it("writes each as JSON, or all as a file in which no cell is a formula", async () => {
  const lines = (await said(["--json"]))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatchObject({ id: "m1", region: "eu", from: ANN, send_id: "eu-1" });
  const file = join(folder, "inbox.csv");
  expect(await said(["--out", file])).toBe("");
  const [heading, first, ...others] = readFileSync(file, "utf8").split("\n");
  expect(heading).toBe(
    "id,region,type,from,to,received_at,text,data,udh,media,send_id,client_reference,batch_id,unlinked",
  );
  const cell = `"'=HYPERLINK(""http://bad.example"")"`;
  expect(first).toBe(`m1,eu,mo_text,${ANN},12015550123,2020-12-01T09:00:00Z,${cell},,,,eu-1,,B1,`);
  expect(others.join("\n")).toContain(",S: M,,,https://media.example/1,");
});

it("goes on with those that come, until it is told to end", async () => {
  const controller = new AbortController();
  const { output, ended } = run(["--follow", "--json"], controller.signal);
  const ending = ended.then(
    () => "by itself",
    () => "told",
  );
  let seen = "";
  output.on("data", (chunk: Buffer) => {
    seen += chunk.toString();
  });
  await eventually(() => seen.includes('"m4"'), "those that are there");
  await put({ id: "m5", type: "mo_text", body: "Late", send_id: null });
  await eventually(() => seen.includes('"m5"'), "the one that came");
  controller.abort();
  expect(await ending).toBe("by itself");
  expect(seen.match(/"m1"/g)).toHaveLength(1);
});

it("refuses a region on which nobody has ever worked, a number that is none and a time to come", async () => {
  await expect(run(["--region", "mars"]).ended).rejects.toThrow("no worker has ever worked on the region mars");
  await expect(run(["--from", "abc"]).ended).rejects.toThrow("--from: expected a number in digits");
  await expect(run(["--since", "2999-01-01T00:00:00Z"]).ended).rejects.toThrow(
    "--since: expected a time that has been",
  );
});

it("refuses a time that is none, and a date without a time of day", async () => {
  await expect(run(["--since", "2026-11-30"]).ended).rejects.toThrow("--since: expected a time of day, too");
  await expect(run(["--since", "yesterday"]).ended).rejects.toThrow("--since: expected a time as ISO-8601");
});

it("proves in words that somebody was taken out, and names nobody who was forgotten", () => {
  const at = "2026-12-01T08:00:00.000Z";
  const batch = {
    send_id: "s",
    region: "eu",
    batch_id: "b",
    handed_over_at: null,
    send_at: at,
    status: null,
    code: null,
  };
  const proof = describeProof({
    on_list: [{ scope: "all", kind: "operator", at, who: "", why: "" }],
    heard: [],
    withheld: { total: 0, first_at: null, last: [] },
    too_late: [{ ...batch, status_at: null, became: "taken_out", why: "to_remove" }],
    not_known: [],
  });
  expect(proof.split("\n")).toContain(`  for all: operator, ${at}`);
  expect(proof).toMatch(/, taken out at the provider before it was sent$/m);
});
