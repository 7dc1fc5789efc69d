/** Where what changes on a page is streamed. */
export function livePath(path: string): string {
  return `/live${path}`;
}
