import type { Send } from "../authentication/sender.ts";
import { classify } from "../failures/classify.ts";
import type { Result } from "../failures/result.ts";
import type { TransportRequest } from "../transport/transport.ts";
import type { Expected } from "./expected.ts";
import type { JsonBody } from "./json-body.ts";
import { pathOf } from "./path.ts";
import { type Query, queryString } from "./query.ts";

/** What every call takes beside its arguments. */
export type CallOptions = {
  /** Gives the call up; it then ends at once. */
  readonly signal?: AbortSignal;
  /** No byte of the request is written after this time; the failure's code is then `too_late`. */
  readonly notAfter?: Date;
};

/** One call in the provider's terms. */
type ApiRequest<T> = {
  readonly method: TransportRequest["method"];
  /** Below the plan, with `{id}` where an ID goes: `/batches/{id}`. */
  readonly path: string;
  readonly ids?: readonly string[];
  readonly query?: Query;
  readonly body?: JsonBody;
  readonly expected: Expected<T>;
};

/** Makes a call. It never rejects for what the provider or the network does, nor for an ID or a time that is none. */
export type ApiCall = <T>(request: ApiRequest<T>, options?: CallOptions) => Promise<Result<T>>;

/**
 * Makes calls below one address.
 *
 * @param root - `https://…/xms/v1/<plan or project>`
 */
export function createApiCall(root: string, send: Send, now: () => Date): ApiCall {
  return async ({ method, path, ids = [], query = {}, body, expected }, { signal, notAfter } = {}) => {
    const filled = pathOf(path, ids);
    if (filled === null) return { kind: "rejected", status: 404, code: "invalid_id", text: "nothing has such an ID" };
    const search = queryString(query);
    if (typeof search !== "string") return search;
    if (typeof body === "object") return body;
    const url = root + filled + search;
    const request = { method, url, ...(body !== undefined && { body }), ...(notAfter && { notAfter }) };
    return resultOf(await send(request, signal), expected, now(), ids.length > 0);
  };
}

/**
 * Reads what a call came to.
 *
 * @param isNamed - whether it named a thing by its ID: see `classify`
 */
export function resultOf<T>(
  answer: Awaited<ReturnType<Send>>,
  { code, what, read }: Expected<T>,
  now: Date,
  isNamed: boolean,
): Result<T> {
  if ("kind" in answer) return answer;
  if (answer.status === null || answer.status < 200 || answer.status >= 300) return classify(answer, now, isNamed);
  const value = read(answer.body);
  return value === null
    ? { kind: "unknown", code, text: `HTTP ${answer.status} without ${what}` }
    : { kind: "ok", value };
}
