import { expect, it } from "@jest/globals";
import { judge } from "./judge.ts";

const NOW = new Date("2026-12-01T09:00:00Z");

it.each([
  [200, { kind: "delivered" }],
  [299, { kind: "delivered" }],
  [410, { kind: "gone" }],
  [199, { kind: "failed", failure: "it answered 199", waitMs: 0 }],
  [301, { kind: "failed", failure: "it answered 301, and redirects are not followed", waitMs: 0 }],
])("an answer of %d comes to %p", (status, expected) => {
  expect(judge({ kind: "answered", status, retryAfter: null }, NOW)).toEqual(expected);
});

it.each([
  [400, "60", 0],
  [500, "60", 0],
  [429, null, 0],
  [429, "60", 60_000],
  [502, " 60 ", 60_000],
  [503, "Tue, 01 Dec 2026 09:02:00 GMT", 120_000],
  [504, "Tue, 01 Dec 2026 08:00:00 GMT", 0],
  [503, "-1", 0],
  [503, "soon", 0],
  [503, "99999999999999", 0],
  [503, "86400", 3_600_000],
])("an answer of %d with retry-after %p wants %d ms without requests", (status, retryAfter, waitMs) => {
  expect(judge({ kind: "answered", status, retryAfter }, NOW)).toMatchObject({ kind: "failed", waitMs });
});
