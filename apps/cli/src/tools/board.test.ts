import { PassThrough } from "node:stream";
import { afterAll, expect, it } from "@jest/globals";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { readCliConfig } from "../redis/config.ts";
import { createProgram } from "../program.ts";
import { readPassword } from "./read-password.ts";

const prefix = ownPrefix();
const { signal } = new AbortController();

afterAll(async () => dropPrefix(prefix));

/** @returns what was printed */
async function run(...words: string[]): Promise<string> {
  const output = Object.assign(new PassThrough(), { isTTY: false });
  const config = readCliConfig({ REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: prefix });
  const program = createProgram({ config, output, messages: new PassThrough(), signal });
  await program.parseAsync(["board", "user", ...words], { from: "user" });
  return String(output.read() ?? "");
}

/** Reads a password from what somebody types. */
async function typed(...lines: string[]): Promise<{ password: Promise<string>; shown: () => string }> {
  const source = Object.assign(new PassThrough(), { isTTY: true });
  const messages = new PassThrough();
  const password = readPassword(source, { messages, signal });
  password.catch(() => undefined);
  for (const line of lines) {
    await new Promise((resolve) => setImmediate(resolve));
    source.write(`${line}\r`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { password, shown: () => String(messages.read() ?? "") };
}

it("says who there is, and what an account cannot be before it asks for a password", async () => {
  expect(await run("list")).toBe("there is no account\n");
  expect(await run("list", "--json")).toBe("[]\n");
  await expect(run("add", "Ann")).rejects.toThrow("name: expected 1 to 64 of a-z");
  await expect(run("add", "ann", "--role", "root")).rejects.toThrow("role: expected viewer or operator");
  await expect(run("remove", "ann")).rejects.toThrow("there is no such account");
});

it("asks for a password twice in a terminal, and shows nothing of it", async () => {
  const { password, shown } = await typed("correct horse", "correct horse");
  expect(await password).toBe("correct horse");
  expect(shown()).toBe("Password: \nOnce more: \n");
  await expect((await typed("correct horse", "correct hose")).password).rejects.toThrow("two passwords");
});

function pipe(text: string): NodeJS.ReadableStream {
  const source = new PassThrough();
  source.end(text);
  return source;
}

it("reads the first line of a pipe, and no more than a password", async () => {
  const messages = new PassThrough();
  expect(await readPassword(pipe("correct horse\r\nmore\n"), { messages, signal })).toBe("correct horse");
  await expect(readPassword(pipe("x".repeat(5_000)), { messages, signal })).rejects.toThrow("4096 bytes");
});
