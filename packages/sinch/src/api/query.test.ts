import { expect, test } from "@jest/globals";
import { queryString } from "./query.ts";

test.each([
  [{}, ""],
  [{ a: undefined, b: null }, ""],
  [{ page: 0, per_recipient: false, from: "" }, "?page=0&per_recipient=false&from="],
  [
    { start_date: new Date(0), client_reference: "a&b=c ü" },
    "?start_date=1970-01-01T00%3A00%3A00.000Z&client_reference=a%26b%3Dc+%C3%BC",
  ],
  [{ code: [0, 401], status: ["Delivered"], to: [] }, "?code=0%2C401&status=Delivered&to="],
])("writes %p", (query, text) => {
  expect(queryString(query)).toBe(text);
});

test("refuses a time that is none, and names it", () => {
  expect(queryString({ client_reference: "mine", end_date: new Date("nonsense") })).toEqual({
    kind: "rejected",
    status: 400,
    code: "invalid_time",
    text: "end_date: expected a time, got an invalid Date",
  });
});
