/** Who is in a list of recipients. `requested` is the sum of the others. */
export type ListCounts = {
  readonly requested: number;
  /** Recipients that are texted, each of them once. */
  readonly valid: number;
  readonly duplicate: number;
  /** Entries that are neither a number nor a group ID. */
  readonly rejected: number;
};

/** Whoever is left out counts as a duplicate: it would be the second text of the same. */
export function leavingOut(counts: ListCounts, valid: number): ListCounts {
  return { ...counts, valid, duplicate: counts.duplicate + counts.valid - valid };
}
