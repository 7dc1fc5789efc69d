import type { Batch, BatchPage } from "./batch.ts";
import type { Failure } from "../failures/outcome.ts";

/** The answer to the question whether the provider has a batch with a reference. */
export type Finding =
  | { readonly kind: "found"; readonly batch: Batch }
  | { readonly kind: "absent" }
  /** The provider could not be asked. Never to be read as absent. */
  | { readonly kind: "unasked"; readonly failure: Failure };

/** Reads one page of the list of batches. */
export type ReadPage = (page: number) => Promise<{ readonly kind: "page"; readonly page: BatchPage } | Failure>;

/** A reference has one batch; more pages than this mean that the filter does not filter. */
const MAX_PAGES = 100;

/**
 * Looks for the batch with a reference, page by page. Whether the provider compares the reference exactly is not
 * published, so equality is checked here. Pages shift while batches are added, and a count that is too small must not
 * hide a batch: absent would mean that it is sent again. So the end is an empty page, or one that brings nothing new
 * when as many batches were seen as there are (a provider that knows no pages gives the same one for ever).
 *
 * @param reference - the `client_reference` to find
 * @param readPage - reads the page with an index, from 0
 */
export async function findBatch(reference: string, readPage: ReadPage): Promise<Finding> {
  const seen = new Set<string>();
  for (let index = 0; index < MAX_PAGES; index += 1) {
    const answer = await readPage(index);
    if (answer.kind !== "page") return { kind: "unasked", failure: answer };
    const { batches, count } = answer.page;
    const batch = batches.find(({ client_reference }) => client_reference === reference);
    if (batch) return { kind: "found", batch };
    const bringsNew = batches.some(({ id }) => !seen.has(id));
    for (const { id } of batches) seen.add(id);
    if (batches.length === 0 || (!bringsNew && seen.size >= count)) return { kind: "absent" };
  }
  return { kind: "unasked", failure: { kind: "unknown", code: "list_too_long", text: `more than ${MAX_PAGES} pages` } };
}
