import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { SettingsError } from "@volley/runtime";
import { readWebhooksConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "webhooks-config-"));
const GOOD = { REDIS_URL: "redis://127.0.0.1", VOLLEY_REGIONS: "eu", VOLLEY_EU_CALLBACK_SECRETS: "old, new" };

afterAll(() => rmSync(folder, { recursive: true }));

function problems(environment: Record<string, string>): readonly string[] {
  try {
    readWebhooksConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe("settings", () => {
  test("have several secrets while one is replaced, and defaults", () => {
    const config = readWebhooksConfig(GOOD);
    expect(config).toMatchObject({
      port: 8081,
      maxAgeS: 86_400,
      receipts: {
        keepDays: 7,
        events: { keep: { bytes: 100_000_000, ageMs: 72 * 3_600_000 }, isQueued: false },
        inbounds: { bytes: 100_000_000, ageMs: 30 * 86_400_000 },
      },
      endpoints: {
        isDelivering: true,
        networks: [],
        timeoutMs: 15_000,
        retryMs: [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000],
        disableAfterMs: 120 * 3_600_000,
        inFlight: 10,
      },
    });
    expect(config.regions[0]?.signing?.()).toEqual(["old", "new"]);
  });

  test("name what nobody reads, and nothing of what is read", () => {
    expect(readWebhooksConfig(GOOD).unread).toEqual([]);
    expect(readWebhooksConfig({ ...GOOD, VOLLEY_EU_CALBACK_TOKENS: "hush" }).unread).toEqual([
      "VOLLEY_EU_CALBACK_TOKENS: nobody reads it, did you mean VOLLEY_EU_CALLBACK_TOKENS?",
    ]);
  });

  test("follow a file with secrets that is written anew", async () => {
    const path = join(folder, "secrets");
    writeFileSync(path, "old\n");
    const { VOLLEY_EU_CALLBACK_SECRETS: _, ...others } = GOOD;
    const { regions } = readWebhooksConfig({ ...others, VOLLEY_EU_CALLBACK_SECRETS_FILE: path });
    expect(regions[0]?.signing?.()).toEqual(["old"]);
    writeFileSync(path, "old,new-one\n");
    const deadline = Date.now() + 10_000;
    while (regions[0]?.signing?.().length !== 2 && Date.now() < deadline)
      await new Promise((done) => setTimeout(done, 20));
    expect(regions[0]?.signing?.()).toEqual(["old", "new-one"]);
  });

  test.each([
    {},
    { VOLLEY_EU_CALLBACK_TOKENS: "a/b" },
    { VOLLEY_EU_CALLBACK_BASIC: "nobody" },
    { VOLLEY_EU_CALLBACK_SECRETS: "," },
  ])("that would let anybody call back are refused by name, without their value: %j", (changes) => {
    const { VOLLEY_EU_CALLBACK_SECRETS: _, ...others } = GOOD;
    const found = problems({ ...others, ...changes });
    expect(found[0]).toMatch(/^VOLLEY_EU_CALLBACK_/);
    expect(found.join()).not.toMatch(/a\/b|nobody/);
  });

  test("that say so let anybody call back", () => {
    const { VOLLEY_EU_CALLBACK_SECRETS: _, ...others } = GOOD;
    expect(problems({ ...others, VOLLEY_CALLBACK_UNSIGNED: "allow" })).toEqual([]);
    expect(problems({ ...others, VOLLEY_CALLBACK_UNSIGNED: "yes" })).toHaveLength(2);
  });
});
