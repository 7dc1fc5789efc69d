/** What to write instead, for mistakes that nearly everybody makes who makes them. */
const ADVICE: readonly { readonly isFor: (field: string, value: unknown) => boolean; readonly text: string }[] = [
  {
    isFor: (field, value) => field === "to" && (typeof value === "string" || typeof value === "number"),
    text: 'write a list, also for one recipient: ["+46…"]',
  },
  {
    isFor: (field, value) => /^to\[\d+\]$/.test(field) && typeof value === "number",
    text: 'write numbers as texts: "+46…"',
  },
  {
    isFor: (field, value) => (field === "send_at" || field === "expire_at") && typeof value !== "string",
    text: 'write the time as a text: "2026-12-01T09:00:00Z"',
  },
  {
    // Both are missed in binary sends alone.
    isFor: (field, value) => (field === "options" || field === "options.udh") && value === undefined,
    text: 'a binary send has a user data header in hexadecimal: options: { udh: "06050423F423F4" }',
  },
];

/**
 * What to write in place of a value that is no good.
 *
 * @param field - where it stands, for example `to[3]`
 * @returns an ending for the sentence that says what was expected and what came; empty for most mistakes
 */
export function adviceOn(field: string, value: unknown): string {
  const found = ADVICE.find(({ isFor }) => isFor(field, value));
  return found === undefined ? "" : `; ${found.text}`;
}
