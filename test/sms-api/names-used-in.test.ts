import { expect, it } from "@jest/globals";
import { namesUsedIn } from "./names-used-in.ts";

function isUsed(source: string, name = "field"): boolean {
  return namesUsedIn(source).names.has(name);
}

it.each([
  ["in a comment", "// field\n/* field */ it('x', () => {});"],
  ["in a title", "it('field', () => {}); describe.each([1])('field', () => {}); test.skip('field', () => {});"],
  ["in an import", "import { a } from 'field'; a();"],
  ["within another text", "const a = 'the field is there'; const b = `field ${a}`;"],
  ["within another name", "const a = { fields: 1, my_field: 2 };"],
  ["as a variable", "const field = 1; console.log(field);"],
  ["in a type", "type A = { field: string }; const a = {} as { field: string };"],
])("does not take a name for used that stands %s", (_, source) => {
  expect(isUsed(source)).toBe(false);
});

it.each([
  ["as what is sent", "it('x', () => { send({ field: 1 }); });"],
  ["in quotes", "send({ 'field': 1 });"],
  ["for a variable", "send({ a: 1, field });"],
  ["as what is read", "it('x', () => { expect(answer.field).toBe(1); });"],
  ["as what is read by its text", "expect(answer['field']).toBe(1);"],
  ["as what is taken apart", "const { field: a } = answer; const { field } = other;"],
  ["in a table", "it.each([['field', 1]])('x', () => {});"],
  ["in a host", "get('https://field.example.com/x');"],
  ["in a query", "get('/batches?page=1&field=2'); get(`/batches?field=${x}`);"],
  ["behind a type", "expect(({ field: 1 }) as Answer).toBe(1);"],
])("takes one for used that stands %s", (_, source) => {
  expect(isUsed(source)).toBe(true);
});

it("knows numbers, and all texts", () => {
  const { names, texts } = namesUsedIn("expect(status).toBe(403); get('https://eu.example.com/x');");
  expect(names.has("403")).toBe(true);
  expect(texts).toContain("https://eu.example.com/x");
});
