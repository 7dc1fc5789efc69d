import { describe, expect, it } from "@jest/globals";

import { isAuthorized } from "./authorize.ts";

const CREDENTIALS = { user: "volley", password: "pä:ss" };

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString("base64")}`;
}

describe("isAuthorized", () => {
  it.each([basic("volley:pä:ss"), basic("volley:pä:ss").replace("Basic", "basic")])("accepts %s", (header) => {
    expect(isAuthorized(header, CREDENTIALS)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "Basic",
    "Basic !",
    "Bearer abc",
    basic("volley:"),
    basic("volley:pä:s"),
    basic("volley:pä:sss"),
    basic("Volley:pä:ss"),
    basic("volley"),
    basic(":pä:ss"),
  ])("refuses %s", (header) => {
    expect(isAuthorized(header, CREDENTIALS)).toBe(false);
  });
});
