import { InvalidSendError, withoutNumbers } from "@volley/contract";
import { ProducerError } from "@volley/producer";
import { ApiProblem, type RequestProblem } from "../terms/api-problem.ts";
import { isProblemCode, type ProblemCode, PROBLEMS, type ProblemTerms } from "../terms/problem-codes.ts";
import { pointerOfField } from "./pointer.ts";

/** What a problem looks like (RFC 9457). */
type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly request_id: string;
  readonly problems?: readonly RequestProblem[];
};

/** A problem with its headers. */
export type ProblemAnswer = { readonly problem: Problem; readonly headers: Readonly<Record<string, string>> };

export const PROBLEM_TYPE = "application/problem+json";

/** What the framework throws, by its codes. */
const OF_FRAMEWORK: Readonly<Record<string, readonly [code: ProblemCode, detail: string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["unsupported_media_type", "expected a content type that the path takes"],
  FST_ERR_CTP_BODY_TOO_LARGE: ["body_too_large", "the body is larger than the path takes"],
  FST_ERR_BAD_URL: ["malformed_request", "the URL cannot be read"],
};

/** Whatever went wrong, as it is answered. What nobody foresaw says nothing of itself. */
export function problemOf(error: unknown, requestId: string): ProblemAnswer {
  const { code, detail, problems, headers } = saidOf(error);
  const { status, title, retryAfterS }: ProblemTerms = PROBLEMS[code];
  return {
    problem: {
      type: `urn:volley:problem:${code}`,
      title,
      status,
      detail,
      code,
      request_id: requestId,
      ...(problems && { problems }),
    },
    headers: { ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }), ...headers },
  };
}

type Said = Pick<ApiProblem, "code" | "headers" | "problems"> & { readonly detail: string };

function saidOf(error: unknown): Said {
  if (error instanceof ApiProblem) return { ...ofApi(error), detail: error.message };
  if (error instanceof InvalidSendError) return ofSend(error);
  if (error instanceof ProducerError) return said(error.code, withoutNumbers(error.message));
  const { code, statusCode } = Object(error) as { readonly code?: unknown; readonly statusCode?: unknown };
  const known = typeof code === "string" ? OF_FRAMEWORK[code] : undefined;
  if (known) return said(...known);
  if (isProblemCode(code)) return said(code, PROBLEMS[code].title);
  const isRequest = typeof statusCode === "number" && statusCode >= 400 && statusCode < 500;
  if (isRequest) return said("malformed_request", "the request cannot be read");
  return said("internal_error", "the log has more, under the request's ID");
}

function ofApi({ code, headers, problems }: ApiProblem): Omit<Said, "detail"> {
  return { code, headers, problems };
}

function ofSend({ message, problems }: InvalidSendError): Said {
  const found = problems.map(({ field, message: detail }) => ({
    pointer: pointerOfField(field),
    in: "body" as const,
    detail,
  }));
  return { ...said("VOLLEY_INVALID_SEND", message), problems: found };
}

function said(code: ProblemCode, detail: string): Said {
  return { code, detail, headers: {}, problems: undefined };
}
