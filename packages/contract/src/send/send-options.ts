import { z } from "zod";
import type { Problem } from "../problems/problem.ts";

/** A user data header and the body of a binary message have room for so many bytes together (Sinch). */
export const MAX_BINARY_BYTES = 140;

const HEX = /^(?:[0-9a-fA-F]{2})+$/;

/**
 * The provider's further fields that Volley knows, checked before they cost a batch. Whatever else stands there is sent
 * as it is: Sinch may add fields at any time.
 */
export const sendOptions = z
  .object({
    /** Shown at once and not kept by the phone (text). */
    flash_message: z.boolean().optional(),
    /** Cuts the text to one segment (text). */
    truncate_concat: z.boolean().optional(),
    /** A text of more segments than this is not sent; its delivery report has code 411 (text). */
    max_number_of_message_parts: z.int().min(1).optional(),
    /** Type of number of the sender (text and binary); with `from_npi`. */
    from_ton: z.int().min(0).max(6).optional(),
    /** Numbering plan of the sender (text and binary); with `from_ton`. */
    from_npi: z.int().min(0).max(18).optional(),
    /** Whether delivery feedback will be given. */
    feedback_enabled: z.boolean().optional(),
    /** User data header in hexadecimal (binary, required there). */
    udh: z
      .string()
      .regex(HEX, { error: "hexadecimal digits in pairs" })
      .max(2 * MAX_BINARY_BYTES)
      .optional(),
    /** Whether media are checked against Sinch's best practices (media). */
    strict_validation: z.boolean().optional(),
  })
  .catchall(z.json());

/** The options of a binary send, which cannot do without its header. */
export const binaryOptions = sendOptions.required({ udh: true });

/**
 * What is wrong with options that are well-formed each by itself.
 *
 * @param type - of the send
 * @param body - of the send, unknown until it was read
 * @param options - of the send, unknown until they were read
 */
export function combinationProblems(type: string, body: unknown, options: unknown): Problem[] {
  const has = (name: string): boolean => valueOf(options, name) !== undefined;
  return [
    ...(has("from_ton") === has("from_npi") ? [] : [togetherProblem(has("from_ton") ? "from_npi" : "from_ton")]),
    ...(type === "mt_binary" ? binaryProblems(body, valueOf(options, "udh")) : []),
  ];
}

/** Sinch's older client says that it takes both or none (sinch-facts 3.2). */
function togetherProblem(missing: string): Problem {
  return { field: `options.${missing}`, message: "expected from_ton and from_npi together, got one of them" };
}

function binaryProblems(body: unknown, header: unknown): Problem[] {
  if (typeof body !== "string" || typeof header !== "string") return [];
  const bytes = Buffer.byteLength(body, "base64") + header.length / 2;
  if (bytes <= MAX_BINARY_BYTES) return [];
  return [{ field: "body", message: `expected at most ${MAX_BINARY_BYTES} bytes with options.udh, got ${bytes}` }];
}

function valueOf(options: unknown, name: string): unknown {
  return typeof options === "object" && options !== null ? Reflect.get(options, name) : undefined;
}
