import { expect, test } from "@jest/globals";
import { cancelJobId } from "./queue.ts";
import { partId, sendId } from "./send-id.ts";
import { shownId } from "./shown-id.ts";

/** Its last characters are digits only: an ID of ours with what looks like a phone number in it. */
const OWN = "eu-a1234567890123456789";

test.each([
  OWN,
  partId(OWN, 12),
  cancelJobId(OWN),
  `${OWN}.resolve`,
  sendId("auto", "key"),
  "17",
  "123456789",
  partId("123456789", 3),
  "welcome-17",
  "12345678-1234-4234-8234-123456789012",
])("shows %s as it is", (id) => {
  expect(shownId(id)).toBe(id);
});

test.each([
  ["1234567890", "(number)"],
  ["46701234567", "(number)"],
  ["+46701234567", "(number)"],
  ["reminder-46701234567", "reminder-(number)"],
  ["reminder-46701234567.p2", "reminder-(number).p2"],
  ["46701234567.cancel", "(number).cancel"],
  ["us1234567-46701234567", "us(number)"],
])("hides what may be a phone number in %s", (id, shown) => {
  expect(shownId(id)).toBe(shown);
});
