import { z } from "zod";

/*
 * Every field but an ID is optional in the provider's own models, and its form has changed over the years (sinch-facts
 * 4, 7.2). A field that is not what it should be is taken for one that is not there: it must not cost the answer.
 */

/** A text, or nothing. */
export const textField = z.string().optional().catch(undefined);

/** True, false or nothing. */
export const flagField = z.boolean().optional().catch(undefined);

/** A number, which old samples write as a text. */
export const requiredNumber = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);

/** The same, or nothing. */
export const numberField = requiredNumber.optional().catch(undefined);

/**
 * Entries of a list that are read. The provider's pages have at most 100, a batch has 1,000 recipients, a group 10,000
 * numbers and ten groups below it.
 */
const MOST_ENTRIES = 200_000;

/**
 * A list in which every entry is of a form. What is none is found out at its first wrong entry: zod's own lists note what
 * is wrong with each, and a few kilobytes of a hostile answer, unpacked to millions of entries, would take all memory.
 */
export function listOf<T>(entry: z.ZodType<T>): z.ZodType<T[]> {
  return z.unknown().transform((value, context) => {
    const entries = isList(value) ? readAll(value, entry) : null;
    if (entries !== null) return entries;
    context.addIssue({ code: "custom", message: "expected a list of such entries" });
    return z.NEVER;
  });
}

/** @returns `null` at the first one that is of another form */
function readAll<T>(values: readonly unknown[], entry: z.ZodType<T>): T[] | null {
  const entries: T[] = [];
  for (const value of values) {
    const read = entry.safeParse(value);
    if (!read.success) return null;
    entries.push(read.data);
  }
  return entries;
}

/** Texts. */
export const texts = z.custom<string[]>((value) => isList(value) && value.every(isText));

/** The same, or nothing. */
export const textsField = texts.optional().catch(undefined);

/** Texts by name, by name, or nothing. */
export const textsByNameField = z
  .custom<Record<string, Record<string, string>>>(
    (value) =>
      isObject(value) && Object.values(value).every((each) => isObject(each) && Object.values(each).every(isText)),
  )
  .optional()
  .catch(undefined);

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= MOST_ENTRIES;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
