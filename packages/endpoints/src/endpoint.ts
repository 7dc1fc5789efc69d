import type { Secret } from "./secrets.ts";

/** Why an endpoint gets nothing: it has answered 410, it has failed for days, or somebody wanted it so. */
export type DisabledReason = "gone" | "failing" | "operator";

/** Where events are delivered to over HTTP. Its secrets are shown once, when they are made. */
export type Endpoint = {
  readonly id: string;
  readonly url: string;
  /** Those that it gets; `null` for all. */
  readonly types: readonly string[] | null;
  /** Those whose events it gets; `null` for all. What happens in no region it gets in any case. */
  readonly regions: readonly string[] | null;
  readonly state: "enabled" | "disabled";
  /** `null` while it is enabled. */
  readonly reason: DisabledReason | null;
  /** Since when it is in its state, as ISO-8601. */
  readonly since: string;
  readonly created_at: string;
  /** Since when every request has failed; `null` where the last one did not. */
  readonly failing_since: string | null;
  /** Why the last one of them failed. */
  readonly failure: string | null;
  /** Events that it was tried with or is about to be, and has not taken yet. */
  readonly waiting: number;
};

/** An endpoint as the process sees it that delivers to it. */
export type KeptEndpoint = Omit<Endpoint, "waiting"> & {
  readonly secrets: readonly Secret[];
  /** How far it is in the stream of events. */
  readonly cursor: string;
  /** Behind which place of the stream it is to begin anew, a blank, and what tells this replay from others; `null` where it goes on. */
  readonly replay: string | null;
  /** Whether whatever waits is to be tried at once, as if it never had been. */
  readonly isFresh: boolean;
};

/** What is kept of it in Redis, by the names of its fields. */
export type EndpointFields = Readonly<Record<string, string>>;

/** @returns `null` where there is no such endpoint */
export function readEndpoint(id: string, fields: EndpointFields): KeptEndpoint | null {
  const { url, state, since = "", created_at: createdAt = "", secrets, cursor } = fields;
  if (url === undefined || secrets === undefined || cursor === undefined) return null;
  return {
    id,
    url,
    types: listOf(fields["types"]),
    regions: listOf(fields["regions"]),
    state: state === "enabled" ? "enabled" : "disabled",
    reason: (fields["reason"] ?? null) as DisabledReason | null,
    since,
    created_at: createdAt,
    failing_since: fields["failing_since"] ?? null,
    failure: fields["failure"] ?? null,
    secrets: JSON.parse(secrets) as Secret[],
    cursor,
    replay: fields["replay"] ?? null,
    isFresh: fields["fresh"] !== undefined,
  };
}

/** What anybody may see of it. */
export function shownEndpoint(
  { secrets: _secrets, cursor: _cursor, replay: _replay, isFresh: _fresh, ...shown }: KeptEndpoint,
  waiting: number,
): Endpoint {
  return { ...shown, waiting };
}

function listOf(text: string | undefined): string[] | null {
  return text === undefined ? null : text.split(",");
}
