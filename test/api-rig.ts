import { createProducer, type KeyOptions, type Producer } from "@volley/producer";
import { createLogger } from "@volley/runtime";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { readApiConfig } from "../apps/api/src/config.ts";
import { openApi } from "../apps/api/src/document/open-api.ts";
import { ROUTES } from "../apps/api/src/serve/routes.ts";
import { startApi } from "../apps/api/src/serve/start-api.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";

/** An answer of the API, which the document has. */
type ApiAnswer = {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON; `null` where there is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
};

/** A request: `body` that is no text is sent as JSON. */
type ApiRequest = {
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An API in this process, with its Redis. */
export type ApiRig = {
  readonly url: string;
  readonly prefix: string;
  readonly producer: Producer;
  /** The log of the API. */
  readonly lines: readonly string[];
  /** Makes a key; by default one for everything. */
  readonly key: (options?: Partial<KeyOptions>) => Promise<string>;
  /** Asks, and looks whether the document has the answer. */
  readonly ask: (method: string, path: string, request?: ApiRequest) => Promise<ApiAnswer>;
  readonly stop: () => Promise<void>;
};

const SCOPES = [...new Set(ROUTES.map(({ scope }) => scope))];

/** @param settings - of the environment, beside Redis and the prefix */
export async function startApiRig(settings: Readonly<Record<string, string>> = {}): Promise<ApiRig> {
  const prefix = settings["VOLLEY_PREFIX"] ?? ownPrefix();
  const lines: string[] = [];
  const log = createLogger({ name: "test", level: "info", destination: { write: (line) => void lines.push(line) } });
  const own = { VOLLEY_PREFIX: prefix, VOLLEY_HTTP_HOST: "127.0.0.1", VOLLEY_HTTP_PORT: "0" };
  const redis = settings["REDIS_URL"] ?? testRedisUrl();
  const api = await startApi(readApiConfig({ REDIS_URL: redis, ...own, ...settings }), log);
  const producer = createProducer({ redis, prefix });
  return {
    url: api.url,
    prefix,
    producer,
    lines,
    key: async (options = {}) => (await producer.keys.create({ name: "test", scopes: SCOPES, ...options })).key,
    ask: async (method, path, request = {}) => ask(api.url, method, path, request),
    stop: async () => {
      await producer.close();
      await api.stop(new AbortController().signal);
      await dropPrefix(prefix, redis);
    },
  };
}

async function ask(
  url: string,
  method: string,
  path: string,
  { key, body, headers = {} }: ApiRequest,
): Promise<ApiAnswer> {
  const isText = typeof body === "string";
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && !isText && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const type = response.headers.get("content-type") ?? "";
  // A stream does not end.
  const isStream = type === "text/event-stream";
  const text = isStream ? await response.body?.cancel() : await response.text();
  const answer: ApiAnswer = {
    status: response.status,
    headers: response.headers,
    body: /[/+]json\b/.test(type) ? JSON.parse(text ?? "") : null,
  };
  if (path.startsWith("/v1/") && method !== "HEAD") requireDocumented(method, path, answer, type);
  return answer;
}

type Described = {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
  readonly headers?: Readonly<Record<string, unknown>>;
};

type Documented = {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Described>> }>>>
  >;
  readonly components: object;
};

const DOCUMENT = openApi(ROUTES, "0.0.0") as Documented;

const ajv = formats.default(new Ajv2020({ allErrors: true, strict: false }));

const validators = new Map<object, ValidateFunction>();

/** @throws Error where the document says otherwise */
function requireDocumented(method: string, path: string, { status, headers, body }: ApiAnswer, type: string): void {
  const where = `${method} ${path}: ${status}`;
  if (headers.get("request-id") === null) throw new Error(`${where}: no Request-Id`);
  const described = describedOf(method, path, status);
  if (described === undefined) throw new Error(`${where}: not in the document (${JSON.stringify(body)})`);
  const own = type.split(";")[0] ?? "";
  const { content } = described;
  if (content === undefined && body === null) return;
  const schema = content?.[own]?.schema;
  if (schema === undefined) throw new Error(`${where}: ${own} is not in the document`);
  const validate = validators.get(schema) ?? ajv.compile({ ...schema, components: DOCUMENT.components });
  validators.set(schema, validate);
  if (body !== null && !validate(body)) throw new Error(`${where}: ${ajv.errorsText(validate.errors)}`);
}

const PROBLEM = { content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } };

/** What the document says of an answer. What is on no path is a problem. */
function describedOf(method: string, url: string, status: number): Described | undefined {
  const path = url.split("?")[0] ?? "";
  const found = ROUTES.filter((route) => new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path));
  const route = found.find((one) => one.method === method);
  if (route === undefined) return [400, 404, 405].includes(status) ? PROBLEM : undefined;
  const responses = DOCUMENT.paths[route.path]?.[method.toLowerCase()]?.responses ?? {};
  return responses[String(status)] ?? (status === 404 && found.length === 0 ? PROBLEM : undefined);
}
