import { PassThrough } from "node:stream";
import { afterAll, expect, it } from "@jest/globals";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { readCliConfig } from "../redis/config.ts";
import { createProgram } from "../program.ts";

const prefix = ownPrefix();

afterAll(async () => dropPrefix(prefix));

/** @returns what was printed */
async function run(...words: string[]): Promise<string> {
  const output = Object.assign(new PassThrough(), { isTTY: false });
  const config = readCliConfig({ REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: prefix });
  const program = createProgram({ config, output, messages: new PassThrough(), signal: new AbortController().signal });
  await program.parseAsync(["key", ...words], { from: "user" });
  return String(output.read() ?? "");
}

it("prints a key once, and its terms whenever somebody asks", async () => {
  expect(await run("list")).toBe("there is no key\n");
  const limits = ["--per-minute", "600", "--per-day", "100000", "--expires", "2037-01-01"];
  const terms = ["--name", "shop", "--scopes", "sends:write,sends:read", "--regions", "eu", "--senders", "Volley"];
  const [key, ...lines] = (await run("create", ...terms, ...limits)).split("\n");
  expect(key).toMatch(/^vk_/);
  expect(lines.join("\n")).toMatch(
    /^key_[0-9a-f]{16}: shop, active\n {2}scopes {6}sends:write, sends:read\n {2}regions {5}eu\n {2}senders {5}Volley\n {2}per minute {2}600\n {2}per day {5}100,000\n {2}expires {5}2037-01-01T00:00:00.000Z\nIt is not shown again.\n$/,
  );
  expect(await run("list")).toContain(`${lines[0]}\n`);
  expect(await run("list")).not.toContain("vk_");
  expect(JSON.parse(await run("rotate", "shop", "--json"))).toMatchObject({
    key: expect.stringMatching(/^vk_/),
    record: { name: "shop" },
  });
  expect(await run("revoke", "shop")).toContain(": revoked;");
  expect(JSON.parse(await run("list", "--json"))).toMatchObject([
    { name: "shop", state: "revoked", last_used_at: null },
  ]);
  const id = /^key_[0-9a-f]{16}/.exec(lines[0] ?? "")?.[0] ?? "";
  expect(await run("rotate", id, "--expires", "2038-01-01")).toMatch(/^vk_[\s\S]*expires {5}2038-01-01T/);
});

it("refuses what a key cannot be, by name", async () => {
  await expect(run("create", "--name", "x", "--scopes", "sends:all")).rejects.toThrow("scopes[0]: expected sends:read");
  await expect(run("create", "--name", "x", "--scopes", "sends:read", "--per-day", "many")).rejects.toThrow(
    "--per-day",
  );
  await expect(run("revoke", "nobody")).rejects.toThrow("expected the ID of a key (key_…)");
});
