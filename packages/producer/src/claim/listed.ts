import { AUTO_REGION, type ListedKind, type ListedRow, listedWords, writeListed } from "@volley/contract";

/** Several sends together, of which one is added. */
type Whole = { readonly id: string; readonly kind: ListedKind };

/** What the list says of a send beside what is in it. */
export type Listed = Pick<ListedRow, "kind" | "requested" | "valid"> & { readonly whole: Whole | null };

/** As what the sends of a call are listed. */
export type ListedAs = {
  /** @default "send" */
  readonly listedAs?: ListedKind;
  /** @default each is one by itself */
  readonly whole?: Whole;
};

type ListedSend = Pick<ListedRow, "id" | "region"> & { readonly data: object; readonly listed: Listed };

/**
 * The rows of an addition, as a script takes them: its own, and that of the whole with its ID behind. How many are in the whole
 * stands in its record.
 */
export function rowsOf({ id, region, data, listed }: ListedSend): readonly (readonly string[])[] {
  const { whole, ...own } = listed;
  const words = listedWords(data);
  const row = writeListed({ id, region, ...words, ...own, whole: whole?.id ?? null });
  if (whole === null) return [row, []];
  const above = { ...whole, region: AUTO_REGION, ...words, whole: null, requested: 0, valid: 0 };
  return [row, [...writeListed(above), whole.id]];
}
