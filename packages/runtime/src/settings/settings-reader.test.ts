import { describe, expect, it } from "@jest/globals";

import { kindOfSetting } from "./kind-of-setting.ts";
import { SettingsError } from "./settings-error.ts";
import { createSettingsReader } from "./settings-reader.ts";
import type { Environment, SettingsReader } from "./settings-reader.ts";

function problemsOf(environment: Environment, read: (reader: SettingsReader) => unknown): readonly string[] {
  const reader = createSettingsReader(environment);
  read(reader);
  try {
    reader.finish({});
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe("createSettingsReader", () => {
  it("reads every kind of setting", () => {
    const reader = createSettingsReader({
      TEXT: " us ",
      SECRET: "hush\n",
      PORT: "8080",
      RATE: "0.5",
      LEVEL: "info",
      YES: "true",
      NO: "0",
      LIST: "us, eu,,gulf",
      URL: "https://127.0.0.1:8090",
    });
    const settings = reader.finish({
      text: reader.text("TEXT", { pattern: /^[a-z]+$/ }),
      secret: reader.optionalText("SECRET", { secret: true }),
      port: reader.integer("PORT", { minimum: 0, maximum: 65_535 }),
      rate: reader.optionalNumber("RATE", { minimum: 0 }),
      level: reader.oneOf("LEVEL", ["debug", "info"]),
      yes: reader.boolean("YES", { default: false }),
      no: reader.boolean("NO", { default: true }),
      list: reader.list("LIST"),
      url: reader.url("URL", { schemes: ["http", "https"] }),
    });
    expect(settings).toEqual({
      text: "us",
      secret: "hush",
      port: 8080,
      rate: 0.5,
      level: "info",
      yes: true,
      no: false,
      list: ["us", "eu", "gulf"],
      url: "https://127.0.0.1:8090",
    });
  });

  it("takes the defaults for what is unset or empty", () => {
    const reader = createSettingsReader({ TEXT: "", PORT: "  " });
    expect(
      reader.finish([
        reader.text("TEXT", { default: "volley" }),
        reader.optionalText("TEXT"),
        reader.integer("PORT", { default: 9090, minimum: 1, maximum: 65_535 }),
        reader.optionalNumber("RATE"),
        reader.oneOf("LEVEL", ["debug", "info"], { default: "info" }),
        reader.boolean("YES", { default: true }),
        reader.list("REGIONS", { default: ["us"] }),
        reader.url("URL", { default: "http://127.0.0.1", schemes: ["http"] }),
      ]),
    ).toEqual(["volley", undefined, 9090, undefined, "info", true, ["us"], "http://127.0.0.1"]);
  });

  it("collects all problems and tells them at once", () => {
    const reader = createSettingsReader({ VOLLEY_US_CONCURRENCY: "abc", VOLLEY_LOG_LEVEL: "loud" });
    reader.integer("VOLLEY_US_CONCURRENCY", { default: 10, minimum: 1, maximum: 10_000 });
    reader.oneOf("VOLLEY_LOG_LEVEL", ["debug", "info"], { default: "info" });
    reader.text("VOLLEY_NAME");
    reader.problem("VOLLEY_REGIONS: us is named, but nothing else is known of it");
    const message = [
      "VOLLEY_US_CONCURRENCY: expected an integer from 1 to 10000, got 3 characters",
      "VOLLEY_LOG_LEVEL: expected one of debug, info, got 4 characters",
      "VOLLEY_NAME: expected a text, got nothing",
      "VOLLEY_REGIONS: us is named, but nothing else is known of it",
    ].join("\n");
    expect(() => reader.finish({})).toThrow(expect.objectContaining({ code: "VOLLEY_SETTINGS", message }));
  });

  it.each(["0", "11", "1.5", "1e1", "0x5", "ten", "-1", "9".repeat(30)])("refuses the integer %s", (value) => {
    expect(problemsOf({ N_MS: value }, (reader) => reader.integer("N_MS", { minimum: 1, maximum: 10 }))).toEqual([
      `N_MS: expected an integer from 1 to 10 milliseconds, got ${kindOfSetting(value)}`,
    ]);
  });

  it.each(["1", "10", "+5"])("accepts the integer %s", (value) => {
    expect(problemsOf({ N: value }, (reader) => reader.integer("N", { minimum: 1, maximum: 10 }))).toEqual([]);
  });

  it.each(["-0.1", "NaN", "Infinity", "1,5", "1e3"])("refuses the number %s", (value) => {
    const options = { minimum: 0, unit: "recipients per second" };
    expect(problemsOf({ RATE: value }, (reader) => reader.optionalNumber("RATE", options))).toEqual([
      `RATE: expected a number from 0 recipients per second, got ${kindOfSetting(value)}`,
    ]);
  });

  it("refuses what is neither true nor false", () => {
    expect(problemsOf({ A: "yes" }, (reader) => reader.boolean("A", { default: true }))).toEqual([
      'A: expected true or false, got "yes"',
    ]);
  });

  it("refuses list entries that are wrong or named twice, and an empty list without a default", () => {
    const options = { pattern: /^[a-z]+$/, expected: "region names" };
    const read = (reader: SettingsReader) => [
      reader.list("A", options),
      reader.list("B", options),
      reader.list("C", options),
    ];
    expect(problemsOf({ A: "us,E U,EU", B: "us,eu,us", C: "," }, read)).toEqual([
      "A: expected a comma-separated list of region names, got 3 characters as entry 2",
      "A: expected a comma-separated list of region names, got 2 characters as entry 3",
      "B: expected a comma-separated list of region names, each once, got entry 1 again as entry 3",
      "C: expected a comma-separated list of region names, got 1 character",
    ]);
  });

  it("refuses a URL of another scheme, and repeats none", () => {
    const schemes = ["http", "https"];
    const read = (reader: SettingsReader) => ["A", "B", "C"].map((name) => reader.url(name, { schemes }));
    expect(problemsOf({ A: "ftp://one", B: "ftp://me:hush@one" }, read)).toEqual([
      "A: expected a URL that begins with http:// or https://, got one that begins with ftp://",
      "B: expected a URL that begins with http:// or https://, got one that begins with ftp://",
      "C: expected a URL that begins with http:// or https://, got nothing",
    ]);
  });

  it("never repeats the value of a secret", () => {
    const options = { pattern: /^[0-9a-f]+$/, expected: "a token", secret: true };
    expect(problemsOf({ TOKEN: "hush" }, (reader) => reader.text("TOKEN", options))).toEqual([
      "TOKEN: expected a token, got a value that is not (hidden: it is secret)",
    ]);
  });

  it("freezes what it returns, all the way down", () => {
    const settings = createSettingsReader({}).finish({ region: { limits: [1] }, since: new Date(0) });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(settings.region.limits)).toBe(true);
    expect(() => settings.region.limits.push(2)).toThrow(TypeError);
    expect(Object.isFrozen(settings.since)).toBe(false);
  });
});
