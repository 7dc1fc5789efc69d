import { expect, it } from "@jest/globals";
import { otherPlaceholdersIn } from "./other-placeholders.ts";

it.each([
  ["Hi {{name}}, {{ first name }}!", ["{{name}}", "{{ first name }}"]],
  ["Hi %name% or %%name%%", ["%name%"]],
  ["Hi {name}, $ {förnamn}", ["{name}", "{förnamn}"]],
  ["Hi [[Vorname]] <<Vor name>> *|FNAME|*", ["[[Vorname]]", "<<Vor name>>", "*|FNAME|*"]],
  ["Hi ${} and ${name", ["${}", "${name"]],
])("finds what other programs would fill in: %s", (text, found) => {
  expect(otherPlaceholdersIn(text)).toEqual(found);
});

it.each([
  "Hi ${name}, ${Vorname des Kunden}!",
  "50% off, 20% more; 100%",
  "a < b > c [x] {1} {} << >> %",
  ":-} {-: https://example.com/?q=%20a%20b",
  "",
])("leaves a text alone that has none: %s", (text) => {
  expect(otherPlaceholdersIn(text)).toEqual([]);
});
