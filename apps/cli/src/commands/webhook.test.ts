import { PassThrough } from "node:stream";
import { expect, it } from "@jest/globals";
import type { Endpoint } from "@volley/producer";
import { answers, cleanUpEndpoints, happen, hook, place, start } from "../../../../test/endpoints-rig.ts";
import { testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { validEvents } from "../../../../test/valid-events.ts";
import { readCliConfig } from "../redis/config.ts";
import { createProgram } from "../program.ts";

cleanUpEndpoints();

/** @returns what was printed */
async function run(...words: string[]): Promise<string> {
  const output = Object.assign(new PassThrough(), { isTTY: false });
  const config = readCliConfig({ REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: place().prefix });
  const program = createProgram({ config, output, messages: new PassThrough(), signal: new AbortController().signal });
  await program.parseAsync(["webhook", ...words], { from: "user" });
  return String(output.read() ?? "");
}

async function add(...words: string[]): Promise<{ readonly endpoint: Endpoint }> {
  return JSON.parse(await run("add", ...words, "--json")) as { endpoint: Endpoint };
}

it("tells a person of endpoints, and of a secret once", async () => {
  expect(await run("list")).toBe("there is no endpoint\n");
  const added = await run(
    "add",
    "https://shop.example/hook?key=sesame",
    "--types",
    "send.settled, message.received",
    "--region",
    "eu",
    "--force",
  );
  expect(added).toMatch(
    /^ep_[0-9a-f]{24}: enabled since .*\n {2}url {6}https:\/\/shop.example\/hook\?…\n {2}types {4}send.settled, message.received\n {2}regions {2}eu\n {2}waiting {2}0\n {2}secret {3}whsec_\S+ \(it is not shown again\)\n$/,
  );
  const id = added.slice(0, 27);
  const list = await run("list");
  expect(added.startsWith(list)).toBe(true);
  expect(JSON.parse(await run("list", "--json"))).toMatchObject([{ id, regions: ["eu"] }]);
  const disabled = await run("disable", id);
  expect(disabled).toContain(`${id}: disabled (by an operator) since `);
  expect(disabled).toContain("  waiting  0 tried; what has happened since then is held, as long as events are kept\n");
  await expect(run("replay", id, "--since", "1h")).rejects.toThrow("enable it first");
  expect(await run("enable", id)).toContain(`${id}: enabled since `);
  expect(await run("rotate", id)).toMatch(
    / {2}secret {3}whsec_.*\n {2}before {3}.* signs everything, too, for 24 hours/,
  );
  expect(await run("replay", id, "--since", "1h")).toContain("is delivered once more, with the same IDs");
  expect(await run("remove", id)).toBe(`${id}: removed\n`);
  await expect(run("test", id)).rejects.toThrow("expected the ID of an endpoint");
  expect(list + (await run("list"))).not.toMatch(/sesame|whsec_/);
});

it("refuses a region on which nobody has ever worked, and adds nothing", async () => {
  await expect(run("add", "https://shop.example/hook", "--region", "su")).rejects.toThrow(
    "no worker has ever worked on the region su",
  );
  await expect(run("add", "https://shop.example/hook", "--region", "S U")).rejects.toThrow("regions");
  expect(await run("list")).toBe("there is no endpoint\n");
});

it("has a test event sent, and replays what has happened", async () => {
  const [consumer, broken] = [await hook(), await hook(answers(500))];
  const { endpoint } = await add(consumer.url);
  start();
  expect(await run("test", endpoint.id)).toMatch(/^ep_\w+ has taken a test event: it answered 204 after \d+ ms\n$/);
  expect(consumer.calls).toMatchObject([{ type: "endpoint.test" }]);
  validEvents(consumer.calls.map(({ body }) => JSON.parse(body) as { type: string }));
  const other = await add(broken.url);
  await expect(run("test", other.endpoint.id)).rejects.toThrow("has not taken a test event: it answered 500");
  await run("remove", other.endpoint.id);

  const ids = await happen(5);
  await eventually(() => consumer.calls.length === 6, "the events");
  await run("replay", endpoint.id, "--since", "1h");
  await eventually(() => consumer.calls.length === 11, "the events once more");
  expect(consumer.ids().slice(6).toSorted()).toEqual(ids.toSorted());
});
