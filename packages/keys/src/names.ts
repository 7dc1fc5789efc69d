/** The hash of all keys' records by their IDs. */
export function recordsKey(prefix: string): string {
  return `${prefix}:api:keys`;
}

/** The hash of when each key was used last, in milliseconds. */
export function usedKey(prefix: string): string {
  return `${prefix}:api:used`;
}

/** How many requests a key has made within its minute; it ends with that. */
export function minuteKey(prefix: string, id: string): string {
  return `${prefix}:api:minute:${id}`;
}

/** What each try of a request has taken of a day, in recipients; it ends with the request, or with the day. */
export function takenKey(
  prefix: string,
  id: string,
  { day, digest }: { readonly day: string; readonly digest: string },
): string {
  return `${prefix}:api:taken:${id}:${day}:${digest}`;
}

/** How many recipients a key has sent to on a day; it ends soon after that. */
export function dayKey(prefix: string, id: string, day: string): string {
  return `${prefix}:api:day:${id}:${day}`;
}
