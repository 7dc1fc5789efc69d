import { SECRET_NUMBER as NUMBER } from "./plant-everywhere.ts";

/** The number in every form in which it may stand in a job. */
const IN_EVERY_FORM = [
  NUMBER,
  Number(NUMBER),
  "+46 (70) 987 65-43",
  [NUMBER],
  { [NUMBER]: NUMBER, name: [{ n: NUMBER }] },
];

/** Seven digits of it in a row are too many. */
const SEVEN_DIGITS = /.{0,60}(?:4670987|6709876|7098765|0987654|9876543).{0,20}/g;

/** The same value with the number in one place more: at each of its fields in turn, and beside each. */
export function* plantNumber(value: unknown): Generator {
  if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) for (const each of around(entry)) yield value.with(index, each);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, entry] of Object.entries(value)) for (const each of around(entry)) yield { ...value, [key]: each };
    yield { ...value, [NUMBER]: NUMBER };
    yield { ...value, [`x ${NUMBER}`]: { [NUMBER]: NUMBER } };
  }
}

function* around(entry: unknown): Generator {
  yield* IN_EVERY_FORM;
  if (typeof entry === "string") yield `${entry}${NUMBER}`;
  yield* plantNumber(entry);
}

/** Where in an answer the number can be read: as it came, and with its escapes undone. */
export function numbersIn(text: string): string[] {
  const unescaped = text.replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  const decoded = unescaped.replaceAll(/(?:%[0-9a-f]{2})+/gi, (found) =>
    Buffer.from(found.replaceAll("%", ""), "hex").toString(),
  );
  const bytes = [...text.matchAll(/[\w-]{16,}/g)].map(([found]) => Buffer.from(found, "base64url").toString("latin1"));
  const readings = [text, decoded, ...bytes].map((reading) => reading.replaceAll(/[\s+().-]/g, "")).join("\n");
  return readings.match(SEVEN_DIGITS) ?? [];
}
