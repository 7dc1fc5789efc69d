import type { Batch } from "./batch.ts";
import type { FoundPage } from "./found-page.ts";
import type { Failure, Unknown } from "../failures/outcome.ts";

/** The answer to the question whether the provider has a batch with a reference. */
export type Finding =
  | { readonly kind: "found"; readonly batch: Batch }
  /** There are batches with the reference, newest first, and none of them is the one that was looked for. */
  | { readonly kind: "others"; readonly batches: readonly Batch[] }
  | { readonly kind: "absent" }
  /** The provider could not be asked. Never to be read as absent. */
  | { readonly kind: "unasked"; readonly failure: Failure }
  /** It was asked, and what it says does not tell. Never to be read as absent; nor is its region in trouble. */
  | { readonly kind: "unclear"; readonly failure: Unknown };

/** Whether a batch with the reference is the one that is looked for. */
export type IsIt = (batch: Batch) => boolean;

/** Reads one page of the list of batches. */
export type ReadPage = (page: number) => Promise<{ readonly kind: "page"; readonly page: FoundPage } | Failure>;

/** A reference has one batch, or a few; more pages than this mean that the filter does not filter. */
const MAX_PAGES = 100;

/**
 * Looks for the batch with a reference, page by page. Whether the provider compares the reference exactly is not
 * published, so equality is checked here. Pages shift while batches are added, and a count that is too small must not
 * hide a batch: absent would mean that it is sent again. So the end is an empty page, or one that brings nothing new
 * when as many batches were seen as there are (a provider that knows no pages gives the same one for ever).
 *
 * The provider was asked for this reference alone. A batch that it gives without one, or that cannot be read, may be the
 * one that was asked for: then nobody knows, unless the batch is found on this page or a later one. So it is when matches
 * are counted and none is shown.
 *
 * @param reference - the `client_reference` to find
 * @param readPage - reads the page with an index, from 0
 * @param isIt - tells the one that is looked for from others with the same reference. @default any is
 */
export async function findBatch(reference: string, readPage: ReadPage, isIt: IsIt = () => true): Promise<Finding> {
  const seen = new Set<string>();
  const others: Batch[] = [];
  let doubt: Finding | null = null;
  for (let index = 0; index < MAX_PAGES; index += 1) {
    const answer = await readPage(index);
    if (answer.kind !== "page") return isAnswered(answer) ? unclear(answer) : { kind: "unasked", failure: answer };
    const { batches, count } = answer.page;
    const named = batches.filter((each) => each !== null).filter((each) => each.client_reference === reference);
    const batch = named.find(isIt);
    if (batch) return { kind: "found", batch };
    others.push(...named);
    doubt ??= doubtOf(answer.page, index);
    const seenBefore = seen.size;
    for (const each of batches) if (each) seen.add(each.id);
    // An entry that cannot be read is never known to have been seen before: one more page for it is enough.
    const isEnough = seen.size >= count || (doubt !== null && index > 0);
    if (batches.length === 0 || (seen.size === seenBefore && isEnough)) return without(others, doubt);
  }
  return without(others, TOO_LONG);
}

/** What it comes to when the one that is looked for is not among those with its reference. */
function without(others: readonly Batch[], doubt: Finding | null): Finding {
  const byId = new Map(others.map((batch) => [batch.id, batch]));
  return byId.size > 0 ? { kind: "others", batches: [...byId.values()] } : (doubt ?? { kind: "absent" });
}

const TOO_LONG: Finding = {
  kind: "unasked",
  failure: { kind: "unknown", code: "list_too_long", text: `more than ${MAX_PAGES} pages` },
};

/** Why a page that does not show the batch does not say that it is absent either. */
function doubtOf({ batches, count }: FoundPage, index: number): Finding | null {
  if (!batches.every((batch) => batch?.client_reference)) return NO_REFERENCE;
  return index === 0 && batches.length === 0 && count > 0 ? COUNT_WITHOUT_BATCHES : null;
}

/** Whether the provider did answer, with more than anybody would read. That is about these batches and not its region. */
function isAnswered(failure: Failure): failure is Unknown {
  return failure.kind === "unknown" && failure.code === "answer_too_large";
}

const NO_REFERENCE = unclear({ code: "no_reference", text: "the list holds a batch without a reference" });

const COUNT_WITHOUT_BATCHES = unclear({
  code: "count_without_batches",
  text: "the list counts batches and shows none",
});

function unclear({ code, text }: Pick<Unknown, "code" | "text">): Finding {
  return { kind: "unclear", failure: { kind: "unknown", code, text } };
}
