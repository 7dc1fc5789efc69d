import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { Routes } from "@volley/contract";
import type { ApiKey, Scope } from "@volley/keys";
import type { Producer, SendStatus } from "@volley/producer";
import type { Logger } from "@volley/runtime";
import type { z } from "zod";
import type { ProblemCode } from "./problem-codes.ts";

/** What every handler works with. */
export type Doors = {
  readonly producer: Producer;
  readonly log: Logger;
  /** Of region `auto`; `null` where there are none. */
  readonly routes: Routes | null;
  /** Aborted when the process is asked to stop: streams end then, everything else is finished. */
  readonly stopping: AbortSignal;
  /** The status of a send, read once a second at most however many follow it. */
  readonly readProgress: (send: {
    readonly id: string;
    readonly region?: string | undefined;
  }) => Promise<SendStatus | null>;
  /** Takes one of the streams that a key may have open, until `gone`. @throws ApiProblem `too_many_streams` */
  readonly countStream: (key: ApiKey, gone: AbortSignal) => void;
};

/** A request whose key is good and whose parts were found good. */
type Call<Params, Query, Body> = {
  readonly params: Params;
  readonly query: Query;
  /** What the body's schema makes of the JSON; `undefined` where nothing came and nothing had to, and for what is streamed. */
  readonly body: Body;
  /** A body of one of the route's `streams`, to be read by the handler; `null` for JSON. */
  readonly stream: { readonly type: string; readonly body: Readable } | null;
  readonly headers: IncomingHttpHeaders;
  readonly key: ApiKey;
  readonly requestId: string;
  /** Looks at the key again, for what takes long. @throws ApiProblem `key_expired`, `key_revoked` */
  readonly requireKeyStill: () => Promise<void>;
  /** Aborted when the caller is gone. */
  readonly gone: AbortSignal;
};

/** What is answered: an object becomes JSON, a stream is passed on with the `content-type` of the headers. */
export type Answer = {
  readonly status: number;
  readonly body?: object | Readable | string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An answer as the document shows it. */
export type AnswerTerms = {
  readonly description: string;
  /** Of the JSON; left out where there is no body. */
  readonly schema?: z.ZodType;
  /** In place of `schema` where that is no JSON. */
  readonly content?: Readonly<Record<string, object>>;
  readonly example?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What a route takes beside its path. */
type BodyTerms<Body extends z.ZodType> = {
  readonly json: Body;
  /** What the document shows in place of what zod writes. */
  readonly jsonSchema?: object;
  /** Whether nothing at all may come. @default false */
  readonly isOptional?: boolean;
  /** Types of bodies that the handler reads itself, with what the document says of them. Their size has no limit. */
  readonly streams?: Readonly<Record<string, { readonly description: string; readonly example?: string }>>;
  readonly example?: unknown;
};

/** Headings of the document. */
export const TAGS = {
  sends: "One message to many people: enqueue, follow, stop, send once more",
  messages: "One message to one person",
  regions: "Limits and states of regions",
  suppressions: "Who must not be texted",
  "way back": "What has happened, and who is told",
} as const;

/** What is written down of a route, in one place: the server, the permissions, the document and the tests are made from it. */
export type RouteTerms<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As OpenAPI writes it: `/v1/sends/{id}`. */
  readonly path: `/v1/${string}`;
  /** Its name in the document: `getSend`. */
  readonly operation: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description?: string;
  readonly scope: Scope;
  /** A `z.strictObject` with every `{name}` of the path. */
  readonly params?: Params;
  /** A `z.strictObject`: what is not in it is refused by name. */
  readonly query?: Query;
  /** Request headers, for the document; the handler reads them. */
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly required: boolean }>>;
  readonly body?: BodyTerms<Body>;
  readonly answers: Readonly<Record<number, AnswerTerms>>;
  /** Those of its own; the ones that every route may answer are added. */
  readonly problems: readonly ProblemCode[];
  readonly handle: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>, doors: Doors) => Promise<Answer>;
};

/** A request before anything in it was looked at but the key. */
type RawCall = Call<unknown, unknown, unknown>;

/** A route as the server sees it. */
export type Route = Omit<RouteTerms<z.ZodType, z.ZodType, z.ZodType>, "handle"> & {
  readonly run: (raw: RawCall, doors: Doors) => Promise<Answer>;
};
