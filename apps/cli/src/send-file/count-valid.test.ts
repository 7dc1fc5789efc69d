import { describe, expect, it } from "@jest/globals";
import type { RejectedRecipient } from "@volley/contract";
import { countValid } from "./count-valid.ts";

function rejected(reason: string, ...recipients: string[]): RejectedRecipient[] {
  return recipients.map((recipient) => ({ recipient, reason, by: "volley" }));
}

describe("countValid", () => {
  it("is what was enqueued where only lines without a number were rejected", () => {
    expect(countValid({ valid: 3, rejected: 2 }, 2, rejected("invalid_msisdn", "070", "070"))).toBe(3);
  });

  it("has those without a route, too", () => {
    const list = [...rejected("invalid_msisdn", "070"), ...rejected("no_route", "+33699000001", "+33699000002")];
    expect(countValid({ valid: 3, rejected: 3 }, 1, list)).toBe(5);
  });

  it("has each of them once, however the number is written", () => {
    expect(countValid({ valid: 3, rejected: 2 }, 0, rejected("no_route", "+33 6 99 00 00 01", "33699000001"))).toBe(4);
  });

  it("has those beyond the ones that a result names, and those of a send without a result", () => {
    expect(countValid({ valid: 3, rejected: 2_000 }, 500, rejected("no_route", "+33699000001"))).toBe(1_503);
    expect(countValid({ valid: 3, rejected: 2 }, 1, [])).toBe(4);
  });
});
