import { z } from "zod";
import { type Expected, expectJson } from "../api/expected.ts";
import {
  flagField,
  listOf,
  numberField,
  requiredNumber,
  textField,
  textsByNameField,
  textsField,
} from "../api/optional-field.ts";

/**
 * A batch as the provider shows it. Only the ID is relied on: every field is optional in the provider's own models, and
 * fields and values that nobody knows yet are kept.
 */
export const batchSchema = z.looseObject({
  id: z.string().min(1),
  type: textField,
  /** Whom it is to; numbers come back without `+`. */
  to: textsField,
  from: textField,
  /** A text, or what an MMS is made of. */
  body: z
    .union([z.string(), z.looseObject({ url: textField, message: textField, subject: textField })])
    .optional()
    .catch(undefined),
  udh: textField,
  /** Its keys are as they were sent, with `+` or without. */
  parameters: textsByNameField,
  delivery_report: textField,
  send_at: textField,
  expire_at: textField,
  callback_url: textField,
  client_reference: textField,
  feedback_enabled: flagField,
  flash_message: flagField,
  truncate_concat: flagField,
  max_number_of_message_parts: numberField,
  from_ton: numberField,
  from_npi: numberField,
  /** Of an MMS. */
  strict_validation: flagField,
  created_at: textField,
  modified_at: textField,
  canceled: z
    .unknown()
    .optional()
    .transform((value) => value === true || value === "True" || value === "true"),
});

/** A page of them. One without an ID makes the page none: it would be passed over. */
export const batchPageSchema = z.looseObject({
  count: requiredNumber.catch(0),
  batches: listOf(batchSchema),
});

/** A batch as the provider shows it. */
export type Batch = z.infer<typeof batchSchema>;

/** One page of a list of batches, newest first. `count` is the number of all matches. */
export type BatchPage = z.infer<typeof batchPageSchema>;

/** Expects a batch. */
export const BATCH: Expected<Batch> = expectJson("no_batch_id", "a batch ID", batchSchema);

/** Expects a page of batches. One that has no ID is no reason to pass the others for all there are. */
export const BATCH_PAGE: Expected<BatchPage> = expectJson("no_list", "a list of batches", batchPageSchema);
