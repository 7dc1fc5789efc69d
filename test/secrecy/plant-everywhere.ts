import { sendJsonSchema } from "@volley/contract";

/** A phone number that nothing may show. */
export const SECRET_NUMBER = "46709876543";

/** A text that nothing may show, as it would stand in a message to one person. */
export const SECRET_TEXT = `CANARYTEXT${SECRET_NUMBER}`;

/** The same job's data once more, with secrets at one place. */
export type Planted = { readonly place: string; readonly data: unknown };

type Schema = Readonly<Record<string, unknown>>;

type Path = readonly (string | number)[];

/** A good send of each type and source, in the order of the schema's alternatives. */
const GOOD: readonly Schema[] = [{ to: ["46700000001"] }, { staged: { id: "stage", recipients: 1 } }].flatMap(
  (source) => [
    { ...source, from: "Volley", body: "Hi!" },
    { ...source, from: "Volley", type: "mt_binary", body: "SGk=", options: { udh: "00" } },
    { ...source, from: "Volley", type: "mt_media", body: { url: "https://example.com/a.jpg" } },
  ],
);

/** What may stand at a place where something else belongs: a secret in every form that JSON has. */
const SECRETS: readonly unknown[] = [
  SECRET_TEXT,
  SECRET_NUMBER,
  Number(SECRET_NUMBER),
  `+${SECRET_NUMBER.slice(0, 2)} (0)70-98 76 543`,
  `Hi \${${SECRET_TEXT}} and \${${SECRET_NUMBER}}!`,
  [SECRET_TEXT],
  { [SECRET_TEXT]: SECRET_TEXT },
  { [SECRET_NUMBER]: { [SECRET_NUMBER]: SECRET_TEXT } },
];

/**
 * Puts secrets into every place that a send has by its schema, one at a time, and beside every place under a name of
 * their own. A field that is added to the contract is walked by itself.
 */
export function plantEverywhere(): Planted[] {
  const alternatives = sendJsonSchema()["anyOf"] as Schema[];
  return alternatives.flatMap((schema, index) => {
    const good = GOOD[index];
    if (good === undefined) throw new Error("the contract has another alternative");
    return placesOf(schema, []).flatMap((path) => plantedAt(good, path));
  });
}

function placesOf(schema: Schema, path: Path): Path[] {
  // A field that may be left out may be null as well.
  if (Array.isArray(schema["anyOf"])) return (schema["anyOf"] as Schema[]).flatMap((each) => placesOf(each, path));
  const {
    properties = {},
    items,
    additionalProperties,
  } = schema as {
    properties?: Record<string, Schema>;
    items?: Schema;
    additionalProperties?: Schema | boolean;
  };
  const inner = [
    ...Object.entries(properties).map(([name, field]) => [name, field] as const),
    ...(items ? [[0, items] as const] : []),
    ...(typeof additionalProperties === "object" ? [["name", additionalProperties] as const] : []),
    ...(schema["type"] === "object" ? [[SECRET_TEXT, {}] as const, [SECRET_NUMBER, {}] as const] : []),
  ];
  return inner.flatMap(([step, field]) => [[...path, step], ...placesOf(field, [...path, step])]);
}

function plantedAt(good: Schema, path: Path): Planted[] {
  return SECRETS.map((secret) => ({ place: path.join("."), data: withValue(good, path, secret) }));
}

function withValue(target: unknown, [step, ...rest]: Path, secret: unknown): unknown {
  if (step === undefined) return secret;
  if (typeof step === "number") return [withValue(undefined, rest, secret)];
  const fields = typeof target === "object" && target !== null && !Array.isArray(target) ? target : {};
  return { ...fields, [step]: withValue(Reflect.get(fields, step), rest, secret) };
}

/** Where in a text a secret stands, also spelled with separators; empty when nowhere. */
export function secretsIn(text: string): string[] {
  return text.replaceAll(/[\s+()-]/g, "").match(/.{0,60}(?:CANARY|7?0?9876543).{0,20}/g) ?? [];
}
