/** What a key may be allowed to do. */
export const SCOPES = [
  "sends:read",
  "sends:write",
  "regions:read",
  "regions:write",
  "suppressions:read",
  "suppressions:write",
  "events:read",
  "webhooks:read",
  "webhooks:write",
] as const;

/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];
