import { type Paint, paintState } from "../terminal/paint.ts";

/** What was looked at, how it is, and what to do where that is not well. */
export type Finding = {
  readonly what: string;
  readonly state: "ok" | "warn" | "fail";
  readonly said: string;
  readonly todo?: string;
};

const ok = (what: string, said: string): Finding => ({ what, state: "ok", said });
const warn = (what: string, said: string, todo: string): Finding => ({ what, state: "warn", said, todo });
const fail = (what: string, said: string, todo: string): Finding => ({ what, state: "fail", said, todo });

/** Makes findings. */
export const FOUND = { ok, warn, fail };

/** A line for a person: what to do stands below it. */
export function findingLines({ what, state, said, todo }: Finding, paint?: Paint): string[] {
  return [`${paintState(paint, state.padEnd(4))}  ${what}: ${said}`, ...(todo === undefined ? [] : [`      ${todo}`])];
}
