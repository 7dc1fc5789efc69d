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

/** Texts, or nothing. */
export const textsField = z.array(z.string()).optional().catch(undefined);
