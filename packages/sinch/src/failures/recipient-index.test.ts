import { expect, test } from "@jest/globals";
import { rejectedRecipientIndex } from "./recipient-index.ts";

test.each([
  ["The format of parameter 'to[0]' is invalid; value '+1' is not a valid MSISDN or group ID.", 0],
  ["The format of parameter 'to[999]' is invalid", 999],
  ["to[7]: bad", 7],
  ["'to[3]' and 'to[5]' are invalid", 3],
  ["body.to[12] is invalid", 12],
])("finds the entry in %p", (text, index) => {
  expect(rejectedRecipientIndex(text)).toBe(index);
});

test.each([
  "",
  "to is invalid",
  "to[] is invalid",
  "to[-1] is invalid",
  "to[x] is invalid",
  "to [3] is invalid",
  "auto[3] is invalid",
  "to_add[3] is invalid",
  "TO[3] is invalid",
  "Requesting delivery report without any callback URL.",
])("finds none in %p", (text) => {
  expect(rejectedRecipientIndex(text)).toBeNull();
});
