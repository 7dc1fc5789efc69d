import { describe, expect, it } from "@jest/globals";

import { readBoardConfig } from "./config.ts";

describe("readBoardConfig", () => {
  it("is locked, read-only and masked when nothing is set", () => {
    expect(readBoardConfig({})).toMatchObject({
      prefix: "{volley}",
      regions: ["us"],
      port: 8082,
      host: "0.0.0.0",
      user: "volley",
      password: undefined,
      readOnly: true,
      proxyAddresses: [],
      proxyUserHeader: undefined,
      showRecipients: false,
    });
  });

  it("keeps the regions in their order", () => {
    expect(readBoardConfig({ VOLLEY_REGIONS: "us,gulf-2,au" }).regions).toEqual(["us", "gulf-2", "au"]);
  });

  it("says which variables nobody reads", () => {
    const proxy = { VOLLEY_BOARD_PROXY_ADDRESSES: "10.0.0.0/8", VOLLEY_BOARD_PROXY_USER_HEADER: "X-User" };
    const more = { VOLLEY_BOARD_PROXY_OPERATORS: "ann", VOLLEY_BOARD_SEGMENT_PRICE: "0.045" };
    expect(readBoardConfig({ ...proxy, ...more }).unread).toEqual([]);
    expect(readBoardConfig({ VOLLEY_BOARD_PASWORD: "hush", VOLLEY_US_API_TOKEN: "token" }).unread).toEqual([
      "VOLLEY_BOARD_PASWORD: nobody reads it, did you mean VOLLEY_BOARD_PASSWORD?",
    ]);
  });

  it("lists everything that is wrong, and never the password", () => {
    const environment = {
      REDIS_URL: "http://:hush@one",
      VOLLEY_REGIONS: "US",
      VOLLEY_HTTP_PORT: "70000",
      VOLLEY_BOARD_USER: "a:b",
      VOLLEY_BOARD_PASSWORD: "hush",
      VOLLEY_BOARD_READ_ONLY: "no",
    };
    const names =
      /REDIS_URL: .*\nVOLLEY_REGIONS: .*\nVOLLEY_HTTP_PORT: .*\nVOLLEY_BOARD_USER: .*\nVOLLEY_BOARD_READ_ONLY: /;
    expect(() => readBoardConfig(environment)).toThrow(names);
    expect(() => readBoardConfig(environment)).not.toThrow(/hush/);
  });
});
