import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { countSegments, firstUnicodeCharacter, textFor } from "./segments.ts";
import { readParameters } from "../recipients/read-parameters.ts";

const BASIC_TEXT = fc.string({
  unit: fc.constantFrom("a", "Z", "0", " ", "é", "@", "Ω", "£", "\n", "Ä"),
  maxLength: 700,
});
const GSM_TEXT = fc.string({ unit: fc.constantFrom("a", "é", "@", "[", "]", "€", "~", "|"), maxLength: 500 });
const WIDE_TEXT = fc.string({ unit: fc.constantFrom("你", "’", "ç", "–"), minLength: 1, maxLength: 700 });
const ANY_TEXT = fc.string({ unit: "binary", maxLength: 200 });

describe("the segments of a message", () => {
  it.each([
    ["nothing", "", "gsm-7", 0, 1],
    ["160 septets", "a".repeat(160), "gsm-7", 160, 1],
    ["161 septets", "a".repeat(161), "gsm-7", 161, 2],
    ["306 septets", "a".repeat(306), "gsm-7", 306, 2],
    ["307 septets", "a".repeat(307), "gsm-7", 307, 3],
    ["459 septets", "a".repeat(459), "gsm-7", 459, 3],
    ["460 septets", "a".repeat(460), "gsm-7", 460, 4],
    ["80 characters of the extension table", "€".repeat(80), "gsm-7", 160, 1],
    ["81 of them: 76 to a segment, which leaves one septet free", "€".repeat(81), "gsm-7", 162, 2],
    ["an escape that would be cut off its character", `${"a".repeat(152)}[${"a".repeat(152)}`, "gsm-7", 306, 3],
    ["the same with the escape before the boundary", `${"a".repeat(151)}[${"a".repeat(153)}`, "gsm-7", 306, 2],
    ["2,000 septets", "a".repeat(2_000), "gsm-7", 2_000, 14],
    ["70 units", "你".repeat(70), "ucs-2", 70, 1],
    ["71 units", "你".repeat(71), "ucs-2", 71, 2],
    ["134 units", "你".repeat(134), "ucs-2", 134, 2],
    ["135 units", "你".repeat(135), "ucs-2", 135, 3],
    ["201 units", "你".repeat(201), "ucs-2", 201, 3],
    ["202 units", "你".repeat(202), "ucs-2", 202, 4],
    ["35 emoji", "😀".repeat(35), "ucs-2", 70, 1],
    ["36 emoji: 33 to a segment, which leaves one unit free", "😀".repeat(36), "ucs-2", 72, 2],
    ["67 emoji, one unit more than two segments hold", "😀".repeat(67), "ucs-2", 134, 3],
    ["a pair that would be cut in two", `${"x".repeat(66)}😀${"x".repeat(66)}`, "ucs-2", 134, 3],
    ["a lonely surrogate", "\ud83d", "ucs-2", 1, 1],
    ["a small ç, which is not in the table", "ç", "ucs-2", 1, 1],
    ["a backtick, which is not either", "`", "ucs-2", 1, 1],
    ["a form feed, which is", "\f", "gsm-7", 2, 1],
  ] as const)("are counted for %s", (_name, text, encoding, units, segments) => {
    expect(countSegments(text)).toEqual({ encoding, units, segments });
  });

  it("are as many as 153 septets go into a text without extension characters", () => {
    fc.assert(
      fc.property(BASIC_TEXT, (text) => {
        const segments = text.length <= 160 ? 1 : Math.ceil(text.length / 153);
        expect(countSegments(text)).toEqual({ encoding: "gsm-7", units: text.length, segments });
      }),
    );
  });

  it("are as many as 67 units go into a Unicode text without surrogate pairs", () => {
    fc.assert(
      fc.property(WIDE_TEXT, (text) => {
        const segments = text.length <= 70 ? 1 : Math.ceil(text.length / 67);
        expect(countSegments(text)).toEqual({ encoding: "ucs-2", units: text.length, segments });
      }),
    );
  });

  it("lose at most one septet each to characters that are not cut in two", () => {
    fc.assert(
      fc.property(GSM_TEXT, (text) => {
        const { units, segments } = countSegments(text);
        expect(segments).toBeGreaterThanOrEqual(units <= 160 ? 1 : Math.ceil(units / 153));
        expect(segments).toBeLessThanOrEqual(units <= 160 ? 1 : Math.ceil(units / 152));
      }),
    );
  });

  it("never grow fewer when a text grows longer in the same encoding", () => {
    fc.assert(
      fc.property(ANY_TEXT, ANY_TEXT, (text, added) => {
        const before = countSegments(`你${text}`);
        const after = countSegments(`你${text}${added}`);
        expect(after.segments).toBeGreaterThanOrEqual(before.segments);
      }),
    );
  });

  it("are Unicode exactly when there is a first Unicode character", () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        expect(countSegments(text).encoding === "ucs-2").toBe(firstUnicodeCharacter(text) !== null);
      }),
    );
  });
});

describe("the first Unicode character", () => {
  it.each([
    ["Don’t", { character: "’", index: 3 }],
    ["Hi 😀!", { character: "😀", index: 3 }],
    ["Don't [€]", null],
  ])("of %j is %j", (text, found) => {
    expect(firstUnicodeCharacter(text)).toEqual(found);
  });
});

describe("the text of a recipient", () => {
  const ANN = "46701234567";
  const parameters = readParameters({ name: { [`+${ANN}`]: "Ann", default: "you" }, code: { [ANN]: "17" } });

  it.each([
    ["has the recipient's own values", "Hi ${name}, ${code}", ANN, "Hi Ann, 17"],
    ["has the default where there is none", "Hi ${name}", "46700000000", "Hi you"],
    ["has nothing where there is no default either", "${code}!", "46700000000", "!"],
    ["keeps what is no placeholder", "$name {name} ${}", ANN, "$name {name} ${}"],
  ])("%s", (_title, body, recipient, text) => {
    expect(textFor(body, parameters, recipient)).toBe(text);
  });

  it("is taken as it stands where a send has no parameters", () => {
    expect(textFor("Hi ${name}", new Map(), ANN)).toBe("Hi ${name}");
  });
});
