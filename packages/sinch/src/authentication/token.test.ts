import { describe, expect, test } from "@jest/globals";
import { readToken } from "./token.ts";

const T = 1_000_000;

describe("readToken", () => {
  test.each([
    ["an hour", { expires_in: 3_600 }, 3_570_000, 3_270_000],
    ["a text", { expires_in: "3600" }, 3_570_000, 3_270_000],
    ["nothing", {}, 3_570_000, 3_270_000],
    ["nonsense", { expires_in: "soon" }, 3_570_000, 3_270_000],
    ["zero", { expires_in: 0 }, 3_570_000, 3_270_000],
    ["a hundred seconds", { expires_in: 100 }, 95_000, 75_000],
  ])("lives for what it is said to live, less a reserve: %s", (_, life, expiresAtMs, renewAtMs) => {
    const token = readToken(JSON.stringify({ access_token: "a", ...life }), T, 1);
    expect(token).toEqual({ value: "a", requestedAtMs: T, expiresAtMs: T + expiresAtMs, renewAtMs: T + renewAtMs });
  });

  test("is renewed at another time by each process", () => {
    const renewals = [0, 0.5, 1].map((random) => readToken('{"access_token": "a"}', 0, random)?.renewAtMs);
    expect(renewals).toEqual([3_420_000, 3_345_000, 3_270_000]);
  });

  test.each([
    "",
    "<html>",
    "null",
    "[]",
    "{}",
    '{"access_token": ""}',
    '{"access_token": 5}',
    '{"access_token": "a b"}',
  ])("finds none in %p", (body) => {
    expect(readToken(body, T, 0)).toBeNull();
  });
});
