import { InvalidSendError, type Problem as FieldProblem, withoutNumbers } from "@volley/contract";
import { ListError } from "@volley/lists";
import { DuplicatesError, type DuplicatesFound, ProducerError } from "@volley/producer";
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
  readonly duplicates?: DuplicatesFound;
};

/** A problem with its headers. */
export type ProblemAnswer = { readonly problem: Problem; readonly headers: Readonly<Record<string, string>> };

export const PROBLEM_TYPE = "application/problem+json";

/** What the framework throws, by its codes. */
const OF_FRAMEWORK: Readonly<Record<string, readonly [code: ProblemCode, detail: string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    "unsupported_media_type",
    "expected the header Content-Type: application/json, or one of the other types that the document names for the path",
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: [
    "body_too_large",
    "expected at most 1 MiB of JSON; recipients in any number come as text/csv or application/x-ndjson",
  ],
  FST_ERR_BAD_URL: ["malformed_request", "the URL cannot be read"],
};

/** Whatever went wrong, as it is answered. What nobody foresaw says nothing of itself. */
export function problemOf(error: unknown, requestId: string): ProblemAnswer {
  const { code, detail, problems, headers, duplicates } = saidOf(error);
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
      ...(duplicates && { duplicates }),
    },
    headers: { ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }), ...headers },
  };
}

type Said = Pick<ApiProblem, "code" | "headers" | "problems"> & {
  readonly detail: string;
  readonly duplicates?: DuplicatesFound;
};

function saidOf(error: unknown): Said {
  if (error instanceof ApiProblem) return { ...ofApi(error), detail: error.message };
  if (error instanceof InvalidSendError) return ofSend(error);
  if (error instanceof ProducerError) return ofProducer(error);
  if (error instanceof ListError) return ofList(error);
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
  return { ...said("VOLLEY_INVALID_SEND", message), problems: problems.map(ofField) };
}

function ofProducer(error: ProducerError): Said {
  const problems = error.differs?.map(ofField);
  const ofError = { ...said(error.code, withoutNumbers(error.message)), problems };
  if (!(error instanceof DuplicatesError)) return ofError;
  const { found, total, accepted, since, latest } = error;
  return { ...ofError, duplicates: { found, total, accepted, since, latest } };
}

function ofList({ message, line }: ListError): Said {
  const where = line === undefined ? {} : { line };
  return { ...said("invalid_list", message), problems: [{ pointer: "", in: "body", detail: message, ...where }] };
}

function ofField({ field, message }: FieldProblem): RequestProblem {
  return { pointer: pointerOfField(field), in: "body", detail: message };
}

function said(code: ProblemCode, detail: string): Said {
  return { code, detail, headers: {}, problems: undefined };
}
