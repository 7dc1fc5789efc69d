import { describe, expect, it } from "@jest/globals";
import { normaliseRecipient } from "@volley/contract";
import { cleanCell, cleanName, cleanNumber } from "./clean-cell.ts";

describe("cleanNumber", () => {
  it.each([
    "+46701234567",
    "\u202a+46701234567\u202c",
    "\u200b+46 70\u2060 123 45 67\ufeff",
    '="+46701234567"',
    '\u202a="+46701234567"',
    "'+46701234567",
    "’0046701234567",
    "+46\u201170\u2011123\u201345 67",
    "+46\u00a070\u00a01234567",
  ])("reads %j", (text) => {
    expect(normaliseRecipient(cleanNumber(text))).toBe("46701234567");
  });

  it.each(["4.67012E+10", "4,67012E+10", "4.6701234567E+10", "46701\n234567", "070-123 45 67", "=46701234567+0"])(
    "does not guess what %j was",
    (text) => {
      expect(normaliseRecipient(cleanNumber(text))).toBeNull();
    },
  );
});

describe("cleanCell", () => {
  it.each([
    ['="0123"', "0123"],
    ["'t Hooft", "'t Hooft"],
    ["=x", "=x"],
    ["نام\u200cه", "نام\u200cه"],
  ])("of %j is %j", (text, meant) => {
    expect(cleanCell(text)).toBe(meant);
  });
});

it("cleanName takes marks away", () => {
  expect(cleanName("\u200bname\u200e ")).toBe("name");
});
