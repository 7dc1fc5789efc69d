import { describe, expect, it } from "@jest/globals";
import { DEFAULT_PREFIX } from "@volley/contract";
import { demoPrefix, DEVELOPMENT_PREFIX, isDevelopmentPrefix } from "./development-prefix.ts";

describe("isDevelopmentPrefix", () => {
  it.each([
    DEVELOPMENT_PREFIX,
    demoPrefix(),
    "{volley-dev-ann}",
    "{volley-dev2}x:dev",
    "dev",
    "{Shop_DEV}",
    "{shop:demo}",
  ])("knows %s", (prefix) => {
    expect(isDevelopmentPrefix(prefix)).toBe(true);
  });

  it.each([DEFAULT_PREFIX, "{shop}", "{device}", "{devices-eu}", "{democracy}", "{volley-dev2}", "{undev}", ""])(
    "takes %j for one of production",
    (prefix) => {
      expect(isDevelopmentPrefix(prefix)).toBe(false);
    },
  );
});

describe("demoPrefix", () => {
  it("is another one each time", () => {
    expect(demoPrefix()).not.toBe(demoPrefix());
  });
});
