import { describe, expect, it } from "@jest/globals";

import {
  address,
  count,
  cron,
  digest,
  duration,
  flag,
  instant,
  name,
  opaqueId,
  region,
  sender,
  time,
  timeZone,
  url,
} from "./harmless-forms.ts";

const FORMS = { address, count, cron, digest, duration, flag, instant, name, opaqueId, region, sender, time, timeZone };

const SHOWN: readonly [keyof typeof FORMS, readonly unknown[]][] = [
  ["count", [0, 1_200_000, 999_999_999]],
  ["flag", [true, false]],
  ["time", ["2026-12-01T09:00:00+01:00", "2026-12-01T09:00:00.123Z", "2026-12-01T09:00"]],
  ["name", ["spring-campaign", "http_401", "abc12345"]],
  ["region", ["us", "gulf-2"]],
  ["opaqueId", ["01HE12345678901234567890AB", "65a1f0c2b3d4e5f6a7b8c9d0", "3f2504e0-4f89-41d3-9a0c-030582343301"]],
  ["digest", ["0123456789abcdef0123"]],
  ["sender", ["Volley", "Volley Ltd.", "12345", "123456"]],
  ["instant", [Date.UTC(2015, 0), 1_796_112_000_000]],
  ["duration", [0, 999_999, 3_600_000]],
  ["cron", ["0 9 * * *", "*/5 0,15,30,45 8-18 * * MON-FRI", "0 0 12 1 1 2026", "0 0 L * *"]],
  ["timeZone", ["UTC", "Europe/Stockholm", "America/Argentina/Buenos_Aires", "Etc/GMT+5"]],
  ["address", ["127.0.0.1:6379", "[::1]:6379", "10.128.100.200:54321"]],
];

const HIDDEN: readonly [keyof typeof FORMS, readonly unknown[]][] = [
  ["count", [1_000_000_000, -46_701_234_567, 12_345.5, "17", ["46701234567"]]],
  ["flag", ["46701234567", 46_701]],
  ["time", ["4670-12-34T56:78:90Z", "46701234567", "2026-12-01", "2026-12-01T09:00:00Z 46701234567"]],
  ["name", ["46701234567", "code123456", "Dear Ann", "ann@example.com", ""]],
  ["region", ["a46701234567", "US", "46701234567"]],
  ["opaqueId", ["46701234567", "467012345678901234567890", "01HE12345678901234567890AB46701234567"]],
  ["digest", ["46701234567000000000", "0123456789abcdef01234"]],
  ["sender", ["46701234567", "+46 70 123", "1234567", "A46701234567", "Ann 1234567", "Ann\n"]],
  ["cron", ["46701234567", "4670 1234 567 0 0 12345", "0 9 * *", "46 70 123 45 67 89 10"]],
  ["timeZone", ["46701234567", "Europe/46701234567", "Etc/GMT+467"]],
  ["address", ["46701234567", "46.701.234.567", "ann:1"]],
];

describe("the harmless forms", () => {
  it.each(SHOWN)("show a %s as it is", (form, values) => {
    const mask = FORMS[form];
    for (const value of values) expect(mask(value)).toBe(value);
  });

  it.each(HIDDEN)("only describe what is no %s", (form, values) => {
    const mask = FORMS[form];
    for (const value of values) {
      expect([value, mask(value)]).not.toEqual([value, value]);
      expect(JSON.stringify(mask(value))).not.toMatch(/\d{5}/);
    }
  });

  it("say of a sender with a number how long it is", () => {
    expect(sender("+46 70-123 45 67")).toBe("number of 11 digits");
  });

  it("leave out what is no time in a time's place, and show long durations to the minute", () => {
    expect([46_701_234_567, "46701234567", Number.NaN].map(instant)).toEqual([undefined, undefined, undefined]);
    expect([-1, "46701234567", 1e15, Number.NaN].map(duration)).toEqual(Array(4).fill(undefined));
    expect([Date.UTC(2015, 0) - 1, Date.UTC(2100, 0)].map(instant)).toEqual([undefined, undefined]);
    expect(instant(Date.UTC(2100, 0) - 1)).toBe(Date.UTC(2100, 0) - 1);
    expect(duration(46_701_234_567)).toBe(46_701_240_000);
    expect([999_999, 1_000_000].map(duration)).toEqual([999_999, 1_020_000]);
  });

  it("show of a URL the host alone, without a number in it", () => {
    expect(url("https://me:hush@hooks.example/46701234567?to=46701234567")).toBe("https://hooks.example/…");
    expect(url("https://x46701234567.example")).toBe("https://x[number].example/…");
    expect(url("46701234567")).toBe("text of 11 characters");
  });
});
