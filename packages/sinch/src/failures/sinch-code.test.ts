import { expect, test } from "@jest/globals";
import { classify } from "./classify.ts";
import { isSinchCode, SINCH_CODES } from "./sinch-code.ts";

test.each(Object.entries(SINCH_CODES))("%s passes through a failure", (code, { status }) => {
  const failure = classify({ status, headers: {}, body: JSON.stringify({ code, text: "why" }) }, new Date());
  expect(failure.code).toBe(code);
  expect(isSinchCode(failure.code)).toBe(true);
});

test.each(["http_400", "timeout", "a_code_of_tomorrow", "constructor", "__proto__", ""])("%p is none", (code) => {
  expect(isSinchCode(code)).toBe(false);
});
