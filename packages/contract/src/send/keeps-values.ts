import { placeholdersIn } from "../text/placeholders.ts";

/** Whether a send goes once more to those whose messages fail with certain codes. */
export function isRetriedByCode(message: object): boolean {
  return (Reflect.get(message, "retry_codes") ?? null) !== null;
}

/** Whether what is its recipients' own is needed after its end, for those to whom it goes once more. */
export function keepsValues(message: object): boolean {
  return isRetriedByCode(message) && placeholdersIn(Reflect.get(message, "body")).length > 0;
}
