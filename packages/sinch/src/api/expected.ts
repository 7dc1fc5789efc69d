import type { z } from "zod";

/** What the answer to a call has to hold. */
export type Expected<T> = {
  /** The failure's code where it does not. */
  readonly code: string;
  /** The same in words: "a batch ID". */
  readonly what: string;
  /** @returns `null` where it does not */
  readonly read: (body: string) => T | null;
};

/** Expects nothing: any success will do, whatever its body says. */
export const NOTHING: Expected<{ readonly done: true }> = {
  code: "unexpected_answer",
  what: "anything",
  read: () => ({ done: true }),
};

/** Expects JSON of a form. */
export function expectJson<T>(code: string, what: string, schema: z.ZodType<T>): Expected<T> {
  return { code, what, read: (body) => readJson(schema, body) };
}

/** Reads JSON of a form; `null` when it is not one. */
function readJson<T>(schema: z.ZodType<T>, body: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
