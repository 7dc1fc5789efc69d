import type { FastifyInstance } from "fastify";
import { ApiProblem } from "../terms/api-problem.ts";
import type { Route } from "../terms/route.ts";

/** Takes JSON, and hands on as they are the bodies that a route reads itself. Anything else is answered with 415. */
export function readBodies(server: FastifyInstance, routes: readonly Route[]): void {
  server.removeAllContentTypeParsers();
  server.addHook("preParsing", (request, _reply, payload, done) => {
    const encoding = request.headers["content-encoding"] ?? "identity";
    // A small body may unpack to one without an end.
    if (encoding === "identity") done(null, payload);
    else done(new ApiProblem("unsupported_media_type", "expected a body without Content-Encoding"));
  });
  const parse = server.getDefaultJsonParser("error", "error");
  server.addContentTypeParser("application/json", { parseAs: "string" }, (request, text, done) => {
    // Many clients send the type with every request.
    if (text === "") return done(null, undefined);
    return parse(request, text as string, (error, value) => {
      // What a parser says quotes what it could not read.
      if (error) done(new ApiProblem("malformed_json", "expected JSON (RFC 8259) in UTF-8"));
      else done(null, value);
    });
  });
  const streamed = new Set(routes.flatMap(({ body }) => Object.keys(body?.streams ?? {})));
  for (const type of streamed) server.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
}
