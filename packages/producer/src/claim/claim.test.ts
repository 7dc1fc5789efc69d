import { expect, it } from "@jest/globals";
import { sendId } from "@volley/contract";
import { printOf, readClaim, writeClaim } from "./claim.ts";

it("is read as it was written, with the counts of its list", () => {
  const claim = { print: printOf("a"), what: { requested: 10_000_000, valid: 9_999_998, duplicate: 1, rejected: 1 } };
  expect(readClaim("eu", `${writeClaim(claim)} 19ad735847b`)).toEqual(claim);
});

it("is read as it was written, with the send that a message travels in", () => {
  const claim = { print: printOf("a"), what: sendId("gulf-2") };
  expect(readClaim("gulf-2", `${writeClaim(claim)} 19ad735847b`)).toEqual(claim);
});

it("holds nothing of the content in the clear, and is short enough for Redis to pack it", () => {
  const what = { requested: 999_999_999, valid: 999_999_999, duplicate: 999_999, rejected: 999_999 };
  const text = `${writeClaim({ print: printOf("46701234567"), what })} 19ad735847b`;
  expect(text).not.toContain("46701234567");
  // Redis's own `hash-max-listpack-value`.
  expect(text.length).toBeLessThanOrEqual(64);
  expect(printOf("46701234567")).not.toBe(printOf("46701234568"));
});
