import { expect, test } from "@jest/globals";
import { conceal } from "./conceal.ts";

test("takes secrets out of an error page, as often as they stand there", () => {
  const answer = { status: 500, headers: {}, body: "Bearer token, Bearer token; other" };
  expect(conceal(answer, ["token", "other", ""])).toEqual({
    status: 500,
    headers: {},
    body: "Bearer [concealed], Bearer [concealed]; [concealed]",
  });
});

test.each([
  { status: 200, headers: {}, body: "token" },
  { status: null, code: "timeout", text: "no answer", wasWritten: true },
])("leaves %p alone", (answer) => {
  expect(conceal(answer, ["token"])).toBe(answer);
});
