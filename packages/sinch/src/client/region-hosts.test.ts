import { expect, test } from "@jest/globals";
import { publishedBaseUrl, PUBLISHED_REGIONS } from "./region-hosts.ts";

test.each(["us", "eu", "au", "br", "ca"])("knows the host of %s", (region) => {
  expect(publishedBaseUrl(region)).toBe(`https://${region}.sms.api.sinch.com`);
  expect(publishedBaseUrl(region, "project")).toBe(`https://zt.${region}.sms.api.sinch.com`);
});

test("knows no other", () => {
  expect(PUBLISHED_REGIONS).toEqual(["us", "eu", "au", "br", "ca"]);
});

test.each(["", "gb", "gulf", "US", "us ", "constructor", "__proto__"])("has no default for %p", (region) => {
  expect(publishedBaseUrl(region)).toBeNull();
  expect(publishedBaseUrl(region, "project")).toBeNull();
});
