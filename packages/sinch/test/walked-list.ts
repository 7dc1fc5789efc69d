import { type ListPage, walkList } from "../src/api/walk-list.ts";
import type { Result } from "../src/failures/result.ts";

/** An entry of a list, known by its ID. */
export type Entry = { readonly id: string };

/** Reads a page of such a list. */
export type Read = (page: number) => Promise<Result<ListPage<Entry>>>;

/** A page of these; the count is what the provider says that there are in all. */
export function pageOf(ids: readonly string[], count?: number): Result<ListPage<Entry>> {
  return { kind: "ok", value: { entries: ids.map((id) => ({ id })), count } };
}

/** Walks a list to its end. */
export async function walk(
  readPage: Read,
  pageSize = 2,
  firstPage = 0,
): Promise<{ ids: string[]; failures: string[] }> {
  const ids: string[] = [];
  const failures: string[] = [];
  for await (const entry of walkList({ readPage, keyOf: ({ id }: Entry) => id, firstPage, pageSize })) {
    if (entry.kind === "ok") ids.push(entry.value.id);
    else failures.push(entry.code);
  }
  return { ids, failures };
}
