import type { Output } from "../terminal/output.ts";

/** What a command answers: for programs, and for people. */
export type Answer = { readonly json: unknown; readonly lines: readonly string[] };

/** Whether a program reads it. */
export type JsonFlag = { readonly json?: boolean | undefined };

/** The option of every command that answers something. */
export const JSON_OPTION = ["--json", "for programs"] as const;

/** Prints an answer. */
export function answer(output: Output, { json: asJson }: JsonFlag, { json, lines }: Answer): void {
  output.write(asJson ? `${JSON.stringify(json)}\n` : lines.map((line) => `${line}\n`).join(""));
}
