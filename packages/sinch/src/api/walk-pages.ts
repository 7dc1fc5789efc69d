import type { Result } from "../failures/result.ts";
import { PAGE_SIZE, walkList } from "./walk-list.ts";

/** How to walk a list of the provider's, in its own names. */
export type PagesWalk<Page, Entry> = {
  /** The page to begin with. @default 0 */
  readonly page: number | undefined;
  /** @default the largest */
  readonly page_size: number | undefined;
  readonly list: (paging: { readonly page: number; readonly page_size: number }) => Promise<Result<Page>>;
  readonly entriesOf: (page: Page) => readonly Entry[];
  /** What makes an entry the same as one that was seen on an earlier page. */
  readonly keyOf: (entry: Entry) => string;
};

/** Gives every entry of a list once: see {@link walkList}. */
export function walkPages<Page extends { readonly count?: number | undefined }, Entry>({
  page: firstPage = 0,
  page_size: pageSize = PAGE_SIZE,
  list,
  entriesOf,
  keyOf,
}: PagesWalk<Page, Entry>): AsyncGenerator<Result<Entry>> {
  return walkList({
    firstPage,
    pageSize,
    keyOf,
    readPage: async (page) => {
      const answer = await list({ page, page_size: pageSize });
      if (answer.kind !== "ok") return answer;
      return { kind: "ok", value: { entries: entriesOf(answer.value), count: answer.value.count } };
    },
  });
}
