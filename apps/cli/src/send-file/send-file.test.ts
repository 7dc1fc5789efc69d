import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { CliError } from "../exit/cli-error.ts";
import { redisSettingsOf } from "../redis/redis-settings-of.ts";
import { sendFile } from "./send-file.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-send-file-"));
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

describe("sendFile", () => {
  it("ends at once when it is interrupted while it reads the file, and says that nothing was enqueued", async () => {
    const file = join(folder, "long.csv");
    await writeFile(file, `number\n${"+46701234567\n".repeat(1_000_000)}`);
    const interrupted = new AbortController();
    const sent = sendFile({
      // Nothing listens there: the file is read before anybody asks.
      redis: redisSettingsOf({ REDIS_URL: "redis://127.0.0.1:1" }),
      prefix: "{volley-test}",
      file,
      template: { from: "Volley", body: "Hello" },
      region: "eu",
      wait: true,
      output: Object.assign(new PassThrough(), { isTTY: false }),
      signal: interrupted.signal,
    });
    setTimeout(() => interrupted.abort(new CliError("interrupted", { exitCode: 130 })), 50);
    await expect(sent).rejects.toMatchObject({ message: "interrupted: nothing was enqueued", exitCode: 130 });
  });
});
