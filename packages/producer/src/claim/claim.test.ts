import { describe, expect, it } from "@jest/globals";
import { sendId } from "@volley/contract";
import { countsOf, printOf, readClaim, writeClaim } from "./claim.ts";

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

describe("who is in the list of a send that a key stands for", () => {
  const counts = { requested: 3, valid: 2, duplicate: 1, rejected: 0 };

  it("is told who comes with the same content", () => {
    expect(countsOf({ print: printOf("a"), what: counts }, { print: printOf("a"), counts })).toBe(counts);
  });

  it.each([
    ["other content", { print: printOf("b"), what: counts }],
    ["a message that travels with others", { print: printOf("a"), what: sendId("eu") }],
  ])("is a conflict where it stands for %s", (_, claim) => {
    expect(() => countsOf(claim, { print: printOf("a"), counts })).toThrow(
      expect.objectContaining({
        code: "VOLLEY_IDEMPOTENCY_CONFLICT",
        message: expect.stringContaining("already used"),
      }),
    );
  });
});
