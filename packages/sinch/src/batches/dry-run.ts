import { z } from "zod";
import { type Expected, expectJson } from "../api/expected.ts";
import { listOf, numberField, requiredNumber, textField } from "../api/optional-field.ts";

/** How much a dry run tells. */
export type DryRunQuery = {
  /** Whether it tells about each recipient. @default false */
  readonly per_recipient?: boolean;
  /** About how many recipients, 0 to 1,000; all are counted. @default 100 */
  readonly number_of_recipients?: number;
};

const dryRunSchema = z.looseObject({
  number_of_recipients: numberField,
  /** Parts in all. */
  number_of_messages: requiredNumber,
  per_recipient: listOf(
    z.looseObject({
      recipient: textField,
      number_of_parts: numberField,
      /** With the parameters filled in. */
      body: textField,
      /** Documented in two ways: to be shown, not compared. */
      encoding: textField,
    }),
  )
    .optional()
    .catch(undefined),
});

/** What a batch would come to. */
export type DryRun = z.infer<typeof dryRunSchema>;

/** Expects what a batch would come to. */
export const DRY_RUN: Expected<DryRun> = expectJson("no_dry_run", "the number of messages", dryRunSchema);
