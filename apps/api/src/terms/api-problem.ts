import type { ProblemCode } from "./problem-codes.ts";

/** One mistake in a request: where, and what was expected. Never the value. */
export type RequestProblem = {
  /** JSON pointer (RFC 6901) into `in`. */
  readonly pointer: string;
  readonly in: "body" | "query" | "path" | "header";
  readonly detail: string;
  /** Of a list: which line, the first one being 1. */
  readonly line?: number;
  /** Stable, for programs. */
  readonly code?: string;
};

/** What an {@link ApiProblem} may say besides. */
export type ProblemDetails = {
  readonly problems?: readonly RequestProblem[];
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log alone. */
  readonly cause?: unknown;
};

/** Ends a request with a problem. `detail` names fields and never values. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: ProblemCode;
  readonly problems: readonly RequestProblem[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, { problems, headers = {}, cause }: ProblemDetails = {}) {
    super(detail, { cause });
    this.code = code;
    this.problems = problems;
    this.headers = headers;
  }
}
