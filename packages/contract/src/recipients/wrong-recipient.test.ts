import { expect, test } from "@jest/globals";
import { LINE_FAULTS, standInFor, wrongRecipient } from "./wrong-recipient.ts";

test.each(LINE_FAULTS)("a line that is nobody's for %s says so wherever it stands", (fault) => {
  expect(wrongRecipient(standInFor(fault))).toBe(fault);
});

test.each([
  ["+46701234567", null],
  ["0701234567", "invalid_msisdn"],
  ["", "invalid_msisdn"],
  ["4.67012E+10", "shortened_msisdn"],
])("says why %j is no recipient: %p", (text, reason) => {
  expect(wrongRecipient(text)).toBe(reason);
});
