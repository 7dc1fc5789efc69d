import type { Endpoint, Replay } from "@volley/producer";
import { timeInWords } from "../words/time-in-words.ts";

/** The lines that tell a person of an endpoint. What stands behind the `?` of its URL may be a secret. */
export function describeEndpoint(endpoint: Endpoint, now: Date): string[] {
  const { id, url, types, regions, state, reason, since, failing_since: failingSince, failure, waiting } = endpoint;
  const why = reason === null ? "" : ` (${REASONS[reason]})`;
  return [
    `${id}: ${state}${why} since ${timeInWords(since, now)}`,
    `  url      ${url.replace(/\?.*/s, "?…")}`,
    `  types    ${types?.join(", ") ?? "all"}`,
    `  regions  ${regions?.join(", ") ?? "all"}`,
    `  waiting  ${waiting.toLocaleString("en")}`,
    ...(failingSince === null ? [] : [`  failing  since ${timeInWords(failingSince, now)}: ${failure}`]),
  ];
}

const REASONS = { gone: "it answered 410", failing: "it failed for too long", operator: "by an operator" } as const;

/** The line that gives a secret away, this once. */
export function describeSecret(secret: string): string {
  return `  secret   ${secret} (it is not shown again)`;
}

/** What is delivered once more, and what cannot be. */
export function describeReplay(id: string, replay: Replay, now: Date): string[] {
  const { since, kept_since: keptSince, is_complete: isComplete } = replay;
  const from = keptSince === null ? "no event is kept" : `events are kept since ${timeInWords(keptSince, now)}`;
  return [
    `${id}: what has happened since ${timeInWords(since, now)} is delivered once more, with the same IDs`,
    ...(isComplete ? [] : [`  not all of it: ${from}`]),
  ];
}
