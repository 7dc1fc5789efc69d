import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readStatus, STATUSES } from "./delivery-state.ts";
import { packState, unpackState } from "./packed-state.ts";

/** Made at 2023-11-03T15:21:21.113Z. */
const BATCH = "01HEAWCHESCXG8SDG5R10VF8E1";
const THREE_DAYS_LATER = new Date("2023-11-06T15:21:21Z");

describe("a state that is kept", () => {
  test("is the same when it is read, whatever its status, code and time, to the second", () => {
    const statuses = fc.oneof(fc.constantFrom(...STATUSES), fc.string().map(readStatus));
    const codes = fc.option(fc.nat({ max: 999_999 }));
    const times = fc.date({ min: new Date("2023-11-03T15:21:21Z"), max: new Date("2040-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(statuses, codes, times, fc.constantFrom(BATCH, "5Z8QsIRsk86f-jHB"), (status, code, at, batch) => {
        if (status === null) return;
        const kept = packState({ status, code, at }, batch);
        const read = unpackState(kept, batch);
        expect(read).toMatchObject({ status, code });
        expect(Math.abs(Number(read?.at) - at.getTime())).toBeLessThanOrEqual(1_000);
      }),
    );
  });

  test.each(STATUSES)("fits into 31 bits for as long as the provider tries: %s", (status) => {
    expect(Number(packState({ status, code: 511, at: THREE_DAYS_LATER }, BATCH))).toBeLessThan(2 ** 31);
  });

  test.each(["", "x", "-1", "~4~x~Delivered:0", "~4~1~no colon", "15"])("is none: %j", (text) => {
    expect(unpackState(text, BATCH)).toBeNull();
  });
});

test.each([
  ["DELIVERED", "Delivered"],
  ["canceled", "Cancelled"],
  ["Vaporised", "Vaporised"],
  ["a=b,c:d", "abcd"],
  ["", null],
  ["=", null],
])("the status %j is read as %j", (text, status) => {
  expect(readStatus(text)).toBe(status);
});
