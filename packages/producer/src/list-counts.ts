/** Who is in a list of recipients. `requested` is the sum of the others. */
export type ListCounts = {
  readonly requested: number;
  /** Recipients that are texted, each of them once. */
  readonly valid: number;
  readonly duplicate: number;
  /** Entries that are neither a number nor a group ID. */
  readonly rejected: number;
};
