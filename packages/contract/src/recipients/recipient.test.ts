import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { personOf } from "./person.ts";
import { misspellingOf, normaliseRecipient } from "./recipient.ts";

describe("normaliseRecipient", () => {
  test.each([
    ["6 digits", "123456", null],
    ["7 digits", "1234567", "1234567"],
    ["15 digits", "123456789012345", "123456789012345"],
    ["16 digits", "1234567890123456", null],
    ["6 digits after +", "+123456", null],
    ["15 digits after +", "+123456789012345", "123456789012345"],
    ["16 digits after 00", "001234567890123456", null],
    ["15 digits after 00", "00123456789012345", "123456789012345"],
    ["nothing", "", null],
    ["only separators", " -()[] ", null],
    ["only a plus", "+", null],
    ["the invalid example of Sinch's documents", "+1", null],
  ])("counts digits: %s", (_, text, expected) => {
    expect(normaliseRecipient(text)).toBe(expected);
  });

  test.each([
    ["bare", "46701234567"],
    ["plus", "+46701234567"],
    ["double zero", "0046701234567"],
    ["spaces", "+46 70 123 45 67"],
    ["dashes", "46-70-123-45-67"],
    ["brackets", "+46 (70) [123] 45-67"],
    ["the plus in brackets", "(+46) 701234567"],
    ["a double zero with a space in it", "0 0 46701234567"],
    ["surrounding whitespace", "\t 46701234567 \r\n"],
    ["a no-break space", "46\u00A0701234567"],
  ])("takes a number written with %s", (_, text) => {
    expect(normaliseRecipient(text)).toBe("46701234567");
  });

  test.each([
    ["a national leading zero", "0701234567"],
    ["a zero after the plus", "+0701234567"],
    ["both prefixes", "+0046701234567"],
    ["three zeros", "00046701234567"],
    ["two plus signs", "++46701234567"],
    ["a plus in the middle", "46+701234567"],
    ["a letter", "4670123456O"],
    ["a dot", "46.701.234.567"],
    ["digits of another script", "٤٦٧٠١٢٣٤٥٦٧"],
    ["an exponent", "4.67e10"],
    ["two numbers", "46701234567,46701234568"],
    ["a number and a line of text", "46701234567\nHello"],
  ])("refuses %s", (_, text) => {
    expect(normaliseRecipient(text)).toBeNull();
  });

  test.each([
    "+46 (0)70 123 45 69",
    "0046 (0) 70-123 45 69",
    "+46(0)701234569",
    "+44 [0] 20 7946 0000",
    "46 (0)701234569",
    "(0)46701234569",
  ])("refuses the zero in brackets of %s instead of guessing whom it means", (text) => {
    expect(normaliseRecipient(text)).toBeNull();
  });

  test.each([
    ["+39 06 1234 5678", "390612345678"],
    ["+39 (06) 1234 5678", "390612345678"],
    ["+46 (70) 000 00 00", "46700000000"],
    ["+1 (201) 555-0100", "12015550100"],
  ])("keeps a zero that belongs to the number: %s", (text, expected) => {
    expect(normaliseRecipient(text)).toBe(expected);
  });

  test.each(["01HEAWCHESCXG8SDG5R10VF8E1", "00000000000000000000000000", "Ab3dEf6hIj9k"])(
    "leaves the group ID %s as it is",
    (id) => {
      expect(normaliseRecipient(id)).toBe(id);
      expect(normaliseRecipient(` ${id}\n`)).toBe(id);
    },
  );

  test.each([
    ["a ULID in lower case", "01heawchescxg8sdg5r10vf8e1"],
    ["a letter that ULIDs leave out", "01HEAWCHESCXG8SDG5R10VF8EU"],
    ["25 characters", "01HEAWCHESCXG8SDG5R10VF8E"],
    ["27 characters", "01HEAWCHESCXG8SDG5R10VF8E1A"],
    ["a ULID with a dash inside", "01HEAWCHES-CXG8SDG5R10VF8E"],
    ["twelve lower case letters", "abcdefghijkl"],
    ["twelve upper case letters", "ABCDEFGHIJKL"],
    ["eleven letters in mixed case", "AbcdefghijK"],
    ["thirteen letters in mixed case", "AbcdefghijklM"],
  ])("refuses what only looks like a group ID: %s", (_, text) => {
    expect(normaliseRecipient(text)).toBeNull();
  });
});

describe("normaliseRecipient, for any text", () => {
  const digits = fc.stringMatching(/^[1-9]\d{6,14}$/);
  const separators = fc.string({ unit: fc.constantFrom(" ", "-", "(", ")", "[", "]", "\t") });

  test("gives its own result again", () => {
    const text = fc.oneof(fc.string(), digits, fc.stringMatching(/^[\d+ ()-]{5,20}$/), fc.stringMatching(/^\w{12}$/));
    fc.assert(
      fc.property(text, (entry) => {
        const once = normaliseRecipient(entry);
        expect(once === null ? null : normaliseRecipient(once)).toBe(once);
      }),
    );
  });

  test("does not see separators, wherever they stand but around a zero alone", () => {
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom("", "+", "00"),
        fc.array(separators, { minLength: 20 }),
        (msisdn, ...rest) => {
          const [prefix, inserted] = rest;
          const written = Array.from(`${prefix}${msisdn}`, (digit, index) => `${inserted[index] ?? ""}${digit}`).join(
            "",
          );
          fc.pre(!/[([]\s*0\s*[)\]]/.test(written));
          expect(normaliseRecipient(written)).toBe(msisdn);
        },
      ),
    );
  });
});

test.each([
  ["070-123 45 67", "national"],
  ["(070) 123 45 67", "national"],
  ["0701234", "national"],
  ["+46 (0)70 123 45 67", "zero_in_brackets"],
  ["+46 [0] 70", "zero_in_brackets"],
  ["070", null],
  ["070123", null],
  ["00", null],
  ["0046 070", null],
  ["nobody", null],
])("tells what %s was meant for: %p", (text, meant) => {
  expect(misspellingOf(text)).toBe(meant);
});

/** As Python, PHP and others write JSON. */
function inAscii(json: string): string {
  return json.replace(/[^ -~]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

test.each([
  ...Array.from("\t\n\v\f\r \u00a0\u1680\u2000\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"),
  "-",
  "(",
  ")",
  "[",
  "]",
])("a person is found in JSON wherever %j stands in their number, and nobody else is", (between) => {
  const person = personOf("46701234567");
  for (const number of [
    `+46${between}70${between}1234567`,
    `${between}46701234567${between}`,
    `00${between}46701234567`,
  ]) {
    expect(normaliseRecipient(number)).toBe("46701234567");
    const json = JSON.stringify({ to: [number] });
    for (const text of [json, inAscii(json), JSON.stringify(json), JSON.stringify(inAscii(json))]) {
      expect(person.isIn(text)).toBe(true);
      expect(person.replaceIn(text, "X")).not.toContain("1234567");
      expect(personOf("6701234567").isIn(text)).toBe(false);
      expect(personOf("4670123456").isIn(text)).toBe(false);
    }
  }
});
