import { describe, expect, test } from "@jest/globals";
import { isGroupId, parseMsisdn, recipientKey } from "./parse-recipient.ts";

describe("parseMsisdn", () => {
  test.each([
    ["46701234567", 46701234567],
    ["+46701234567", 46701234567],
    ["0046701234567", 46701234567],
    ["+46 (70) 123-45 67", 46701234567],
    ["00 46 [70] 1234567", 46701234567],
    ["12345", 12345],
    ["123456789012345", 123456789012345],
  ])("reads %s", (text, number) => {
    expect(parseMsisdn(text)).toBe(number);
  });

  test.each([
    "",
    "+",
    "+1",
    "1234",
    "1234567890123456",
    "0701234567",
    "+0046701234567",
    "++46701234567",
    "4670a234567",
  ])("refuses '%s'", (text) => {
    expect(parseMsisdn(text)).toBe(0);
  });
});

describe("isGroupId", () => {
  test.each(["01HEAWCHESCXG8SDG5R10VF8E1", "U3vC9aFbsRt2"])("takes %s", (text) => {
    expect(isGroupId(text)).toBe(true);
  });

  test.each(["01HEAWCHESCXG8SDG5R10VF8E", "01HEAWCHESCXG8SDG5R10VF8EI", "group", ""])("refuses '%s'", (text) => {
    expect(isGroupId(text)).toBe(false);
  });
});

describe("recipientKey", () => {
  test("gives one key to every way of writing a number, and leaves group IDs alone", () => {
    expect(recipientKey("+46 70 123 45 67")).toBe(recipientKey("46701234567"));
    expect(recipientKey("01HEAWCHESCXG8SDG5R10VF8E1")).toBe("01HEAWCHESCXG8SDG5R10VF8E1");
  });
});
