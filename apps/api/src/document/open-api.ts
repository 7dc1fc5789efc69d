import type { z } from "zod";
import { PROBLEM_TYPE } from "../problems/problem-of.ts";
import { type ProblemCode, PROBLEMS, type ProblemTerms } from "../terms/problem-codes.ts";
import { type AnswerTerms, type Route, TAGS } from "../terms/route.ts";
import { createSchemaBook, type Json, type SchemaBook } from "./json-schema.ts";
import { PROBLEM } from "./problem-schema.ts";
import { wayBack } from "./way-back.ts";

/** What every route may answer. */
const OF_EVERY_ROUTE: readonly ProblemCode[] = [
  "malformed_request",
  "invalid_request",
  "key_missing",
  "key_unknown",
  "key_expired",
  "key_revoked",
  "scope_missing",
  "rate_limited",
  "internal_error",
  "VOLLEY_REDIS_UNAVAILABLE",
  "VOLLEY_REDIS_REFUSED",
  "VOLLEY_PRODUCER_CLOSED",
];

/** What every route may answer besides to a request that may have a body, be it wanted or not. */
const OF_BODIES: readonly ProblemCode[] = [
  "malformed_json",
  "body_too_large",
  "unsupported_media_type",
  "VOLLEY_REDIS_FULL",
];

const RETRY_AFTER = { description: "In how many seconds it may be tried again.", schema: { type: "integer" } };

const REQUEST_ID = { description: "What the log names the request by.", schema: { type: "string" } };

/** The OpenAPI document (3.1) of some routes. */
export function openApi(routes: readonly Route[], version: string): Json {
  const book = createSchemaBook();
  book.of(PROBLEM, "output");
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, book) };
  }
  const used = new Set<keyof typeof TAGS>([...routes.map(({ tag }) => tag), "way back"]);
  return {
    openapi: "3.1.1",
    info: {
      title: "Volley",
      version,
      description: "Sends one SMS to very many people, and never twice.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }],
    tags: Object.entries(TAGS)
      .filter(([name]) => used.has(name as keyof typeof TAGS))
      .map(([name, description]) => ({ name, description })),
    paths,
    webhooks: wayBack(),
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer", bearerFormat: "vk_…", description: "`volley key create` makes one." },
      },
      schemas: book.named(),
    },
  };
}

/** Every problem that a route may answer, by status. */
function problemsOf({ problems, method }: Pick<Route, "problems" | "method">): Map<number, ProblemCode[]> {
  const codes = new Set([...OF_EVERY_ROUTE, ...(method === "GET" ? [] : OF_BODIES), ...problems]);
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

function operationOf(route: Route, book: SchemaBook): Json {
  const { operation, tag, summary, description, scope, params, query, headers = {}, answers, body } = route;
  const parameters = [
    ...parametersOf(params, "path", book),
    ...parametersOf(query, "query", book),
    ...Object.entries(headers).map(([name, terms]) => ({ name, in: "header", ...terms, schema: { type: "string" } })),
  ];
  return {
    operationId: operation,
    tags: [tag],
    summary,
    description: [description, `Needs a key with the scope \`${scope}\`.`]
      .filter((text) => text !== undefined)
      .join("\n\n"),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: requestBodyOf(body, book) }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, terms]) => [status, answerOf(terms, book)])),
      ...Object.fromEntries(
        [...problemsOf(route)].map(([status, codes]) => [String(status), problemAnswer(status, codes)]),
      ),
    },
  };
}

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query", book: SchemaBook): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = book.of(schema, "input") as {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...inner }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema: inner,
  }));
}

function requestBodyOf(
  { json, jsonSchema, isOptional = false, streams = {}, example }: NonNullable<Route["body"]>,
  book: SchemaBook,
) {
  return {
    required: !isOptional,
    content: {
      "application/json": { schema: jsonSchema ?? book.of(json, "input"), ...(example !== undefined && { example }) },
      ...Object.fromEntries(
        Object.entries(streams).map(([type, { description, example: text }]) => [
          type,
          { schema: { type: "string", description }, ...(text !== undefined && { example: text }) },
        ]),
      ),
    },
  };
}

function answerOf({ description, schema, content, example, headers = {} }: AnswerTerms, book: SchemaBook): Json {
  const json = schema && {
    "application/json": { schema: book.of(schema, "output"), ...(example !== undefined && { example }) },
  };
  const own = Object.entries(headers).map(([name, text]) => [name, { description: text, schema: { type: "string" } }]);
  return {
    description,
    headers: { "Request-Id": REQUEST_ID, ...Object.fromEntries(own) },
    ...((json ?? content) && { content: json ?? content }),
  };
}

function problemAnswer(status: number, codes: readonly ProblemCode[]): Json {
  const again = codes.some((code) => status === 429 || (PROBLEMS[code] as ProblemTerms).retryAfterS !== undefined);
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join("\n"),
    headers: { "Request-Id": REQUEST_ID, ...(again && { "Retry-After": RETRY_AFTER }) },
    content: { [PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}
