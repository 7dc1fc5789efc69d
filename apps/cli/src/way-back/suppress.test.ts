import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createNumbering, proofKeys } from "../../../../packages/opt-outs/src/index.ts";
import { createWriter, readCallback } from "../../../../packages/receipts/src/index.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { readCliConfig } from "../redis/config.ts";
import { createProgram } from "../program.ts";
import { withRedis } from "../redis/with-redis.ts";

const ANN = "+46 70 123 45 67";
const folder = mkdtempSync(join(tmpdir(), "volley-suppress-"));
const file = join(folder, "list.csv");
const prefixes: string[] = [];

beforeEach(() => {
  prefixes.push(ownPrefix());
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  for (const prefix of prefixes) await dropPrefix(prefix);
});

async function suppress(flags: readonly string[], environment?: Record<string, string>): Promise<string> {
  return volley(["suppress", ...flags], environment);
}

async function volley(words: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  const config = readCliConfig({
    REDIS_URL: testRedisUrl(),
    VOLLEY_PREFIX: prefixes.at(-1) ?? "",
    ...environment,
  });
  const output = Object.assign(new PassThrough(), { isTTY: false });
  const signal = new AbortController().signal;
  const program = createProgram({ config, output, messages: output, signal });
  await program.parseAsync(["node", "volley", ...words]);
  return String(output.read() ?? "");
}

it("adds, checks and removes numbers, however they are written", async () => {
  expect(await suppress(["check", ANN])).toBe("not on the list\n");
  expect(await suppress(["add", ANN, "0046701234568", "--why", "asked by mail"])).toBe(
    "2 numbers added, 0 known before\n",
  );
  expect(await suppress(["add", "46701234567", "--sender", "12015550123", "--who", "Bo"])).toBe(
    "1 number added, 0 known before\n",
  );
  const said = (await suppress(["check", ANN])).split("\n");
  expect(said.toSorted((a, b) => a.localeCompare(b))).toEqual([
    "",
    expect.stringMatching(/^all: operator, \S+Z, by operator: asked by mail$/),
    expect.stringMatching(/^sender:12015550123: operator, \S+Z, by Bo$/),
  ]);
  expect(await suppress(["remove", ANN, "46701234569", "--who", "Kim", "--why", "asked again"])).toBe(
    "1 number removed, 1 not on the list\n",
  );
  expect(await suppress(["proof", ANN])).toMatch(/removed for .*, by Kim: asked again, was operator/);
  expect(await suppress(["check", ANN, "--json"])).toBe("[]\n");
});

it("keeps what was removed as long as VOLLEY_PROOF_DAYS says", async () => {
  await suppress(["add", ANN]);
  await suppress(["remove", ANN], { VOLLEY_PROOF_DAYS: "2" });
  const prefix = prefixes.at(-1) ?? "";
  const { heard } = proofKeys({ prefix, numbering: createNumbering() }, "46701234567");
  const left = await withRedis(readCliConfig({ REDIS_URL: testRedisUrl() }).redis, async (redis) => redis.ttl(heard));
  expect(left).toBeGreaterThan(86_400);
  expect(left).toBeLessThanOrEqual(2 * 86_400);
});

it("takes a time that is still to come for now, so that START goes on taking somebody off", async () => {
  writeFileSync(file, `number,kind,at\n${ANN},stop,2999-01-01T00:00:00Z\n`);
  await suppress(["import", file]);
  expect(await suppress(["check", ANN])).toContain(`stop, ${new Date().toISOString().slice(0, 4)}`);
});

it("adds nobody for a region on which no worker has ever worked, without --force", async () => {
  writeFileSync(file, `number\n${ANN}\n`);
  for (const flags of [
    ["add", ANN],
    ["import", file],
  ]) {
    await expect(suppress([...flags, "--region", "mars"])).rejects.toThrow(/mars.*Nobody is added/);
  }
  expect(await suppress(["check", ANN])).toBe("not on the list\n");
  await suppress(["add", ANN, "--region", "mars", "--force"]);
  expect(await suppress(["check", ANN])).toContain("region:mars");
  writeFileSync(file, `number,scope\n${ANN},region:uss\n46701234568,\n`);
  const told = /1 line left out, and all others taken:\n {2}line 2: scope: no worker has ever worked on this region/;
  await expect(suppress(["import", file])).rejects.toThrow(told);
  expect(await suppress(["check", "46701234568"])).toContain("all: operator");
});

describe("a file", () => {
  it("is taken in whatever its columns, with the numbers of its wrong lines, and comes out the same", async () => {
    const lines = [
      "Phone,Scope,why,kind",
      `${ANN},,"=1+1",maybe`,
      "none",
      "46701234568,sender:Volley,b,stop",
      "46701234569,x,,",
      "46701234569,sender:Twelve letters,,",
      "46701234569,,,none",
      "46701234567,sender:+1 201 555 0123,,",
    ];
    writeFileSync(file, `${lines.join("\n").replace("Scope", "scope")}\n`);
    const thrown: unknown = await suppress(["import", file, "--region", "eu", "--force"]).catch(
      (error: unknown) => error,
    );
    expect(String(thrown).split("\n")).toEqual([
      expect.stringMatching(/4 lines left out, and all others taken:$/),
      "  line 3: number: expected an international phone number",
      "  line 5: scope: expected all, region:<name> or sender:<number>",
      "  line 6: sender: expected a number, a short code or at most 11 letters and digits",
      expect.stringMatching(/^ {2}line 7: kind: expected /),
    ]);
    expect(await suppress(["export", "--out", file])).toBe("3 entries\n");
    const written = readFileSync(file, "utf8");
    expect(written).toMatch(/^number,scope,kind,at,who,why\n/);
    expect(written).toMatch(/^46701234567,region:eu,maybe,\S+,import,'=1\+1$/m);
    expect(written).toMatch(/^46701234568,sender:volley,stop,\S+,import,b$/m);
    prefixes.push(ownPrefix());
    expect(written).toMatch(/^46701234567,sender:12015550123,operator,/m);
    expect(await suppress(["import", file, "--force"])).toBe("3 numbers added, 0 known before\n");
    const again = join(folder, "again.csv");
    await suppress(["export", "--out", again]);
    expect(readFileSync(again, "utf8").replaceAll("''=", "'=")).toBe(written);
  });

  it("of many numbers is taken in, page by page", async () => {
    const numbers = Array.from({ length: 2_500 }, (_, index) => 46_700_000_000 + index);
    writeFileSync(file, `number\n${numbers.join("\n")}\n`);
    expect(await suppress(["import", file])).toBe("2,500 numbers added, 0 known before\n");
    expect(await suppress(["import", file])).toBe("0 numbers added, 2500 known before\n");
  });
});

/** Ann answers something doubtful. */
async function hold(): Promise<void> {
  const prefix = prefixes.at(-1) ?? "";
  const kept = { keepS: 600, nonceS: 600, events: { bytes: 1e7, ageMs: 3_600_000 } };
  const received_at = "2026-11-30T12:00:00.000Z";
  const message = { type: "mo_text", id: "mo-1", from: "46701234567", to: "12015550123", received_at };
  const callback = readCallback({ ...message, body: "wrong number\u001b" });
  await withRedis(readCliConfig({ REDIS_URL: testRedisUrl() }).redis, async (redis) =>
    createWriter({ redis, prefix, ...kept }).write({ region: "eu", callback }),
  );
}

describe("whoever is held", () => {
  it("is listed with what they have said, their number hidden but where it is asked for, and decided about", async () => {
    expect(await suppress(["maybe", "list"])).toBe("0 numbers held\n");
    await hold();
    const line = "2026-11-30T12:00:00.000Z eu …67 for sender:12015550123: “wrong number ”\n1 number held\n";
    expect(await suppress(["maybe", "list"])).toBe(line);
    expect(await suppress(["maybe", "list", "--show-numbers"])).toBe(line.replace("…67", "46701234567"));
    const [json = ""] = (await suppress(["maybe", "list", "--json"])).split("\n");
    expect(JSON.parse(json)).toMatchObject({ number: "46701234567", message_id: "mo-1", region: "eu" });
    expect(await suppress(["maybe", "decide", ANN, "stop", "--sender", "12015550123", "--by", "eva"])).toBe(
      "on the list, until they say START\n",
    );
    expect(await suppress(["check", ANN])).toBe("sender:12015550123: stop, 2026-11-30T12:00:00.000Z, by eva: mo-1\n");
    await expect(suppress(["maybe", "decide", ANN, "no", "--all", "--by", "eva"])).rejects.toThrow(
      "nobody is held like that",
    );
  });

  it("is let go for whatever the number is held", async () => {
    await hold();
    await suppress(["import", ...oneMaybe()]);
    expect(await suppress(["maybe", "list"])).toContain("1 number held, and 1 entry without a message of theirs");
    expect(await suppress(["maybe", "decide", ANN, "no", "--all", "--by", "eva"])).toBe("not held any more\n");
    expect(await suppress(["check", ANN])).toBe("not on the list\n");
  });

  it("is decided about by somebody, for somebody", async () => {
    await hold();
    await expect(suppress(["maybe", "decide", ANN, "no", "--by", "eva"])).rejects.toThrow("for whom: --sender");
    expect(await suppress(["check", ANN])).toContain("maybe");
  });
});

/** A file with Ann, who is held everywhere. */
function oneMaybe(): string[] {
  writeFileSync(file, `number,kind\n${ANN},maybe\n`);
  return [file];
}

const HASH = /^hash:[\w-]+:[\w-]{9},all,stop,\S+,,$/m;

it.each([
  ["in clear", {}],
  ["of a secret", { VOLLEY_SUPPRESSION_SECRET: "sixteen characters" }],
])("brings whoever was forgotten back into a list %s that was lost", async (_, environment: Record<string, string>) => {
  await suppress(["add", ANN, "--why", "asked by mail"], environment);
  writeFileSync(file, `number,kind\n46701234568,stop\n${ANN},stop\n`);
  await suppress(["remove", ANN], environment);
  await suppress(["import", file], environment);
  await volley(["forget", ANN, "--yes"], environment);
  expect(await suppress(["check", ANN], environment)).toMatch(/^all: stop, \S+Z\n$/);
  const said = await suppress(["export", "--out", file], environment);
  expect(said).toMatch(/^2 entries, [12] with a hash in place of the number/);
  expect(readFileSync(file, "utf8")).toMatch(HASH);
  expect(readFileSync(file, "utf8")).not.toContain("46701234567");
  prefixes.push(ownPrefix());
  expect(await suppress(["import", file], environment)).toBe("2 numbers added, 0 known before\n");
  expect(await suppress(["import", file], environment)).toBe("0 numbers added, 2 known before\n");
  expect(await suppress(["check", ANN], environment)).toMatch(/^all: stop, /);
  expect(await suppress(["check", "46701234568"], environment)).toMatch(/^all: stop, /);
  prefixes.push(ownPrefix());
  const other = { VOLLEY_SUPPRESSION_SECRET: "another of sixteen characters" };
  await expect(suppress(["import", file], other)).rejects.toThrow("another VOLLEY_SUPPRESSION_SECRET");
  expect(await suppress(["remove", ANN], environment)).toBe("0 numbers removed, 1 not on the list\n");
});

it.each(["hash:clear:00000hwiP", "hash:clear:00000hwi", "hash:clear:zzzzzzzzz", "hash:clear:000000000", "hash:"])(
  "takes no hash that is none: %s",
  async (hash) => {
    writeFileSync(file, `number\n${hash}\n`);
    await expect(suppress(["import", file])).rejects.toThrow("line 2: number: expected an international phone number");
    await expect(volley(["forget", hash])).rejects.toThrow("number: expected an international phone number");
    await expect(suppress(["add", hash])).rejects.toThrow("numbers[0]: expected an international phone number");
    expect(await suppress(["export"])).toContain("0 entries");
  },
);

describe("with a secret", () => {
  const SECRET = { VOLLEY_SUPPRESSION_SECRET: "sixteen characters" };

  it("says that numbers cannot be had back, and finds them all the same", async () => {
    await suppress(["add", ANN], SECRET);
    expect(await suppress(["check", ANN], SECRET)).toContain("all: operator");
    expect(await suppress(["export"], SECRET)).toContain("1 entry, 1 with a hash in place of the number");
  });

  it("refuses another one, and none", async () => {
    await suppress(["add", ANN], SECRET);
    await expect(suppress(["add", ANN])).rejects.toThrow("VOLLEY_SUPPRESSION_SECRET");
  });
});

it.each([
  { flags: ["add", "0701234567"], error: "numbers[0]: expected an international phone number" },
  { flags: ["add", ANN, "--who", "x".repeat(61)], error: "who: expected at most 60 characters" },
  { flags: ["add", ANN, "--region", "NOT A REGION"], error: "scope: expected" },
  { flags: ["add", ANN, "--sender", "Twelve chars"], error: "sender: expected a number, a short code or at most 11" },
  { flags: ["check", "+1"], error: "numbers[0]: expected an international phone number" },
])("names the field of a mistake, and never the number: $flags.0", async ({ flags, error }) => {
  const thrown: unknown = await suppress(flags).catch((caught: unknown) => caught);
  expect(String(thrown)).toContain(error);
  expect(String(thrown)).not.toContain("0701234567");
});

it("proves what was heard and withheld, for people and as JSON, without the number", async () => {
  expect(await suppress(["proof", ANN])).toBe(
    "not on the list\nnothing was heard\nnothing was withheld\nnothing was too late\n",
  );
  await withRedis(readCliConfig({ REDIS_URL: testRedisUrl() }).redis, async (redis) => {
    const events = { bytes: 1_000_000, ageMs: 3_600_000 };
    const writer = createWriter({ redis, prefix: prefixes.at(-1) ?? "", keepS: 600, nonceS: 600, events });
    const stop = { type: "mo_text", id: "mo-1", from: "46701234567", to: "12015550123", body: "STOP\u202E" };
    await writer.write({ region: "eu", callback: readCallback(stop) });
  });
  const said = await suppress(["proof", ANN]);
  expect(said).toMatch(
    /^on the list:\n {2}for sender:12015550123: stop, .*\nwhat came:\n {2}\S+ stop for .*: added, “STOP/,
  );
  expect(said).not.toMatch(/46701234567|\u202E/);
  const json = JSON.parse(await suppress(["proof", ANN, "--json"])) as object;
  expect(json).toMatchObject({ heard: [{ what: "stop", message_id: "mo-1" }], withheld: { total: 0 }, too_late: [] });
});
