import { expect, test } from "@jest/globals";
import { InvalidSendError } from "./invalid-send-error.ts";

const from = { field: "from", message: "expected a string, got nothing" };
const body = { field: "body", message: "expected at least 1 character, got 0 characters" };

test("says every problem in its message and keeps the list", () => {
  const error = new InvalidSendError([from, body]);
  expect(error.message).toBe(
    "send refused, 2 problems: from: expected a string, got nothing; body: expected at least 1 character, got 0 characters",
  );
  expect(error.problems).toEqual([from, body]);
  expect(error).toBeInstanceOf(Error);
});

test("counts one problem as one, under a stable name and code", () => {
  const error = new InvalidSendError([from]);
  expect(error.message).toBe("send refused, 1 problem: from: expected a string, got nothing");
  expect([error.name, error.code]).toEqual(["InvalidSendError", "VOLLEY_INVALID_SEND"]);
});
