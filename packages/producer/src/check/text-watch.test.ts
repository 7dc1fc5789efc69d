import { expect, it } from "@jest/globals";
import { createTextWatch } from "./text-watch.ts";

it("counts and places empty values and placeholders of others, in the text and in values", () => {
  const watch = createTextWatch("Hi ${name} {{code}}, ${ort}");
  const people: [string, string][] = [
    ["Ann", "Umeå"],
    [" ", "Umeå"],
    ["", "%ort%"],
    ["${name}", "Umeå"],
  ];
  for (const [place, [name, ort]] of people.entries()) watch.add((key) => (key === "name" ? name : ort), place + 2);
  expect(watch.warnings()).toEqual([
    {
      code: "VOLLEY_OTHER_PLACEHOLDER",
      message: "4 recipients with {{code}} in the text as it stands: a placeholder is written ${name}",
      recipients: 4,
      at: [],
    },
    {
      code: "VOLLEY_OTHER_PLACEHOLDER",
      message: "1 recipient with a placeholder of another program in the value for ${name}",
      recipients: 1,
      at: [5],
    },
    {
      code: "VOLLEY_OTHER_PLACEHOLDER",
      message: "1 recipient with a placeholder of another program in the value for ${ort}",
      recipients: 1,
      at: [4],
    },
    { code: "VOLLEY_EMPTY_VALUE", message: "2 recipients with an empty value for ${name}", recipients: 2, at: [3, 4] },
  ]);
});

it("says nothing of nobody, nor of what is no text", () => {
  expect(createTextWatch("Hi {{name}}").warnings()).toEqual([]);
  expect(createTextWatch(undefined).warnings()).toEqual([]);
});

it("names the first thousand", () => {
  const watch = createTextWatch("${name}");
  for (let place = 0; place < 1_001; place += 1) watch.add(() => "", place);
  expect(watch.warnings()).toMatchObject([{ recipients: 1_001 }]);
  expect(watch.warnings()[0]?.at).toHaveLength(1_000);
});
