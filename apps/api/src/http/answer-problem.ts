import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "@volley/runtime";
import { PROBLEM_TYPE, problemOf } from "../problems/problem-of.ts";
import type { ProblemCode } from "../terms/problem-codes.ts";
import { ApiProblem } from "../terms/api-problem.ts";
import { randomUUID } from "node:crypto";

declare module "fastify" {
  interface FastifyRequest {
    /** What it was answered with, where that is a problem. */
    problemCode: ProblemCode | null;
  }
}

/** Answers with whatever went wrong. What nobody foresaw is in the log, under the request's ID. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  const { problem, headers } = problemOf(error, request.id);
  // A trouble of Redis is told once by its connection, and not for each request that it costs.
  if (problem.code === "internal_error") log.error({ err: error, requestId: request.id }, "a request failed");
  request.problemCode = problem.code;
  return (
    reply
      .code(problem.status)
      .headers({ ...headers, "request-id": request.id, "cache-control": "no-store", "content-type": PROBLEM_TYPE })
      // To a text the framework would add an encoding, of which JSON has one.
      .send(Buffer.from(JSON.stringify(problem)))
  );
}

/** What Node's parser of HTTP does not take: there is no request yet, and so no reply. */
const OF_PARSER: Readonly<Record<string, ApiProblem>> = {
  HPE_HEADER_OVERFLOW: new ApiProblem("headers_too_large", "expected less than 16 KiB of headers"),
  ERR_HTTP_REQUEST_TIMEOUT: new ApiProblem("request_timeout", "expected the headers within 10 s"),
};

const UNREADABLE = new ApiProblem("malformed_request", "expected a request in HTTP/1.1");

/** Answers on a connection on which something came that is no request, and ends it. */
export function answerConnection({ code }: NodeJS.ErrnoException, socket: Socket): void {
  // The other side is gone, or somebody has answered already.
  if (code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const requestId = randomUUID();
  const { problem } = problemOf(OF_PARSER[code ?? ""] ?? UNREADABLE, requestId);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `Request-Id: ${requestId}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
