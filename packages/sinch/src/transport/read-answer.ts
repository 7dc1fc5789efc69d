import type { ClientRequest } from "node:http";
import type { Duplex } from "node:stream";
import type { Request, Response } from "got";
import { type AnswerBody, type AnswerBodyLimits, createAnswerBody } from "./answer-body.ts";
import type { TransportAnswer } from "./transport.ts";

/** How much of an answer is waited for. One that is too long is not read any further. */
export type AnswerLimits = AnswerBodyLimits & {
  /** From the call to the last byte, in milliseconds. */
  readonly timeoutMs: number;
};

/** No answer was read to its end in time. */
export class DeadlinePassed extends Error {}

/**
 * Reads the answer to a request to its end. It ends at its deadline whatever becomes of the request: a request that is
 * destroyed may never say so, and a timer that only destroys it would then leave its caller waiting for ever.
 *
 * @returns `null` for an answer that is too long
 * @throws RequestError when there is none, or none that is whole; DeadlinePassed
 */
export async function readAnswer(
  request: Request,
  { timeoutMs, maxBytes, spare }: AnswerLimits,
): Promise<TransportAnswer | null> {
  return new Promise<TransportAnswer | null>((resolve, reject) => {
    let response: Response | undefined;
    let body: AnswerBody | undefined;
    let isFollowed = false;
    const giveUp = (): void => {
      reject(new DeadlinePassed());
      request.destroy();
    };
    // What is there already is read before: a process that was frozen finds both, the answer and its deadline passed.
    let timer = setTimeout(() => (timer = setTimeout(giveUp, 0)), timeoutMs);
    const end = (answer: TransportAnswer | null): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    request.once("response", (answer: Response) => {
      response = answer;
      // Of a refusal every word may matter.
      body = createAnswerBody({ maxBytes, spare: answer.ok ? spare : undefined });
    });
    request.on("data", (chunk: Buffer) => {
      if (body?.add(chunk)) return;
      end(null);
      request.destroy();
    });
    request.on("error", fail);
    request.once("request", (made: ClientRequest) => {
      made.once("response", (answer) => answer.once("end", () => (isFollowed = isAnotherFollowing(made))));
    });
    // Nobody asked for another protocol (101). Node takes the request for done then and hands its connection over.
    request.once("upgrade", (_: unknown, connection: Duplex) => {
      connection.destroy();
      request.destroy(Object.assign(new Error("another protocol"), { code: "EUPGRADE" }));
    });
    // After an end or an error this says nothing more; nobody waits for ever whatever becomes of a stream.
    request.once("close", () => fail(new Error("closed without an answer")));
    request.once("end", () => {
      if (response === undefined || body === undefined) return;
      if (isFollowed) return fail(Object.assign(new Error("two answers"), { code: "ETWICE" }));
      const { statusCode: status, headers } = response;
      end({ status, headers, body: body.text() });
    });
  });
}

/**
 * Whether the answer that has just ended came together with the beginning of another one. Whoever answers a request twice
 * has lost count, and nobody knows which answer is meant: the first may be that of an earlier request.
 *
 * Node destroys such a connection while it reads, and says no more: the first answer passes for the whole one. (Only
 * another protocol is an event of its own, and that no longer since Node 24.) Nothing else ends a connection in that
 * instant that was to be kept, but its far end or a fault, both of which the connection remembers.
 */
export function isAnotherFollowing({ shouldKeepAlive, socket }: ClientRequest): boolean {
  if (!shouldKeepAlive || socket === null) return false;
  return socket.destroyed && !socket.readableEnded && socket.errored === null;
}
