import { expect, it } from "@jest/globals";
import { csvLine } from "./csv-line.ts";

it.each([
  { fields: ["0", "01HE", "1000"], line: "0,01HE,1000\n" },
  { fields: ["a,b", 'say "x"', "two\nlines"], line: '"a,b","say ""x""","two\nlines"\n' },
  { fields: [""], line: "\n" },
])("writes $fields", ({ fields, line }) => {
  expect(csvLine(fields)).toBe(line);
});
