import { describe, expect, it } from "@jest/globals";

import { isCrossSite } from "./cross-site.ts";

const host = "board.example:8082";

describe("isCrossSite", () => {
  it.each([
    { host },
    { host, origin: "https://board.example:8082" },
    { host, "sec-fetch-site": "same-origin" },
    { host, origin: "http://board.example:8082", "sec-fetch-site": "same-origin" },
    // A proxy has put its own host into the request.
    { host: "board.internal:80", origin: "https://board.example", "sec-fetch-site": "same-origin" },
  ])("lets %j pass", (headers) => {
    expect(isCrossSite(headers)).toBe(false);
  });

  it.each([
    { host, origin: "https://elsewhere.example" },
    { host, origin: "https://board.example" },
    { host, origin: "null" },
    { host, "sec-fetch-site": "cross-site" },
    { host, "sec-fetch-site": "same-site" },
    { host, "sec-fetch-site": "none" },
    { host, origin: "http://board.example:8082", "sec-fetch-site": "cross-site" },
  ])("refuses %j", (headers) => {
    expect(isCrossSite(headers)).toBe(true);
  });
});
