import { readList } from "../calls/read-paging.ts";
import { constraintViolation, invalidFormat } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";
import { DELIVERY_STATUSES } from "../values/outcome.ts";
import type { StateFilter } from "./report-bodies.ts";

const STATUSES = new Set(DELIVERY_STATUSES.map((status) => status.toLowerCase()));

/** Reads `status` and `code`, each several values joined by commas; upper and lower case do not matter. */
export function readStateFilter(query: URLSearchParams): { readonly filter: StateFilter } | Refusal {
  const statuses = readList(query, "status")?.map((status) => status.toLowerCase());
  const unknown = statuses?.find((status) => !STATUSES.has(status));
  if (unknown !== undefined) return constraintViolation(`The parameter 'status' knows no '${unknown}'.`);
  const codes = readList(query, "code");
  const wrong = codes?.find((code) => !/^\d{1,3}$/.test(code));
  if (wrong !== undefined) {
    return invalidFormat(`The format of parameter 'code' is invalid; '${wrong}' is not a valid integer`);
  }
  return {
    filter: {
      statuses: statuses === undefined ? undefined : new Set(statuses),
      codes: codes === undefined ? undefined : new Set(codes.map(Number)),
    },
  };
}
