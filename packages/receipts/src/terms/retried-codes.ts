import type { DeliveryState } from "./delivery-state.ts";

/** What failed for a while only, by the provider's tables: the phone was off, a queue was full, a network was away. */
export const TEMPORARY_CODES: ReadonlySet<number> = new Set([
  4, 14, 18, 40, 50, 51, 52, 56, 70, 71, 73, 74, 75, 76, 101, 102, 106, 107, 109, 111, 112, 114, 153, 155, 158, 159,
  161, 162, 164, 200, 201, 202, 203, 207, 210, 211, 212, 214, 215, 217, 350, 360, 361, 362, 370, 399, 404,
]);

/** Ends by which nobody was reached. A code says nothing beside any other: one that is unknown may have arrived. */
const FAILURES: ReadonlySet<string> = new Set(["Aborted", "Rejected", "Deleted", "Failed", "Expired"]);

/** Whether a message has failed for good, with one of these codes. */
export function hasFailedWith({ status, code }: DeliveryState, codes: ReadonlySet<number>): boolean {
  return FAILURES.has(status) && code !== null && codes.has(code);
}
