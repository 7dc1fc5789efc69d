import { describe, expect, it } from "@jest/globals";
import { placeholdersIn } from "./placeholders-in.ts";

describe("placeholdersIn", () => {
  it.each([
    ["no placeholder, $name, {name}", []],
    ["Hi ${name}!", ["name"]],
    ["${name}, ${name}, ${town}", ["name", "town"]],
    ["${default} ${a.b-c_9} ${0123456789abcdef}", ["default", "a.b-c_9", "0123456789abcdef"]],
  ])("of %j are %j", (text, names) => {
    expect(placeholdersIn(text)).toEqual(names);
  });

  it.each(["first name", "", "förnamn", "0123456789abcdefg"])(
    "refuses ${%s}: it would be sent to everybody as it stands",
    (name) => {
      expect(() => placeholdersIn(`Hi \${${name}}!`)).toThrow(
        `\${${name}}: expected 1 to 16 letters, digits, dots, dashes and underscores between the braces`,
      );
    },
  );
});
