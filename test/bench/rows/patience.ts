/** Rounds take seconds; looks are rare because they cost the provider what is measured. */
export const PATIENCE = { longestMs: 600_000, everyMs: 50 } as const;
