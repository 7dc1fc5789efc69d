import { type Expected, expectJson } from "../api/expected.ts";
import { listOf } from "../api/optional-field.ts";
import { type Batch, batchPageSchema, batchSchema } from "./batch.ts";

/** A page of the list of batches, as whoever looks for one batch reads it. */
export type FoundPage = {
  /** `null` for an entry that is no batch as far as anybody can read it. */
  readonly batches: readonly (Batch | null)[];
  /** The number of all matches. Not trusted. */
  readonly count: number;
};

/** Expects such a page. One entry that cannot be read hides no other: the batch that is looked for may stand beside it. */
export const FOUND_PAGE: Expected<FoundPage> = expectJson(
  "no_list",
  "a list of batches",
  batchPageSchema.extend({ batches: listOf(batchSchema.nullable().catch(null)) }),
);
