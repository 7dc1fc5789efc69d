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
    `  waiting  ${waiting.toLocaleString("en")}${state === "disabled" ? HELD : ""}`,
    ...(failingSince === null ? [] : [`  failing  since ${timeInWords(failingSince, now)}: ${failure}`]),
  ];
}

/** What it was tried with is all that is counted. */
const HELD = " tried; what has happened since then is held, as long as events are kept";

const REASONS = { gone: "it answered 410", failing: "it failed for too long", operator: "by an operator" } as const;

/** The lines that give a secret away, this once. @param isRotated - whether there is an older one, which is not told */
export function describeSecret(secret: string, isRotated: boolean): string[] {
  return [
    `  secret   ${secret} (it is not shown again)`,
    ...(isRotated ? ["  before   the secret before this one signs everything, too, for 24 hours from now"] : []),
  ];
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
