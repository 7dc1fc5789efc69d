import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Short, without anything that could mean something in a log; with a letter, so that it is nobody's number. */
const PLAIN = /^(?=.*[A-Za-z])[\w.:-]{1,64}$/;

/** The ID of a request: the one in its `Request-Id` where that is short and plain, or a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, "headers">): string {
  const given = headers["request-id"];
  return typeof given === "string" && PLAIN.test(given) ? given : randomUUID();
}
