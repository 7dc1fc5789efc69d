/** The body of a request that makes or replaces something: what is null is left out, at every depth. */
export function bodyWithoutNulls(body: object): string {
  return JSON.stringify(body, (_, value: unknown) => (value === null ? undefined : value));
}

/** The body of a request that changes something: null resets a field, what is not set stays as it is. */
export function bodyWithNulls(body: object): string {
  return JSON.stringify(body);
}
