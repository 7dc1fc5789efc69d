import { readTime } from "@volley/contract";
import { z } from "zod";

const MOST = 1_000;

/** What every list takes that has pages. */
export const PAGE = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MOST).default(MOST).meta({ description: "The most of a page." }),
  cursor: z
    .string()
    .max(2_000)
    .optional()
    .meta({ description: "Of the page before; without one, from the beginning." }),
});

export const TIME = z
  .string()
  .refine((text) => readTime(text) !== null, "a time such as 2026-12-01T09:00:00Z")
  .meta({ format: "date-time" });

export const REGION = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,19}$/, "the name of a region")
  .meta({ example: "eu" });

/** Without what was not said: the producer takes no `undefined`. */
export function said<T extends object>(options: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]: Exclude<T[Name], undefined> };
}
