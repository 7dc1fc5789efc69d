import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { urlToHttpOptions } from "node:url";
import { type AnswerBody, createAnswerBody } from "./answer-body.ts";
import { type Connections, createConnections } from "./connections.ts";
import { connectMsOf, type HttpTransport, type HttpTransportOptions, limitsFor } from "./http-transport.ts";
import { type AnswerLimits, isAnotherFollowing } from "./read-answer.ts";
import { createTimeliness, type Timeliness } from "./timeliness.ts";
import type { TransportAnswer, TransportFailure, TransportRequest } from "./transport.ts";
import { codeOf, failureOf, GIVEN_UP, TOO_LARGE, TOO_LATE } from "./transport-failure.ts";
import { unpacked } from "./unpacked.ts";

/** What all requests of a transport share. */
type Shared = {
  readonly connections: Connections;
  readonly timeliness: Timeliness;
  readonly connectMs: number;
  readonly limitsOf: (request: TransportRequest) => AnswerLimits;
};

/** How far a request has come. */
type Progress = {
  /** Whether a byte of it may have left this machine. */
  mayBeWritten: boolean;
  /** What took too long, if anything did. */
  lateStep: string | null;
};

/**
 * The transport over Node's own client, over the same connections as the one over got: the same answers and the same
 * failures for less of the processor's time.
 *
 * @throws TypeError for a proxy or for authorities that cannot be read
 */
export function createNodeTransport(options: HttpTransportOptions): HttpTransport {
  const [timeliness, connectMs, limitsOf] = [createTimeliness(), connectMsOf(options), limitsFor(options)];
  const connections = createConnections(options, timeliness, connectMs);
  const shared: Shared = { connections, timeliness, connectMs, limitsOf };
  return { close: connections.close, send: async (request, signal) => sendOnce(shared, request, signal) };
}

async function sendOnce(
  { connections, timeliness, connectMs, limitsOf }: Shared,
  request: TransportRequest,
  signal: AbortSignal | undefined,
): Promise<TransportAnswer | TransportFailure> {
  if (signal?.aborted) return GIVEN_UP;
  const { url, notAfter } = request;
  const tunnel = connections.tunnel(url);
  const window = notAfter && timeliness.until(notAfter);
  const progress: Progress = { mayBeWritten: false, lateStep: null };
  return new Promise((resolve) => {
    let sent: ClientRequest | undefined;
    let timer: NodeJS.Timeout | undefined;
    let isEnded = false;
    const end = (answer: TransportAnswer | TransportFailure): void => {
      isEnded = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      resolve(answer);
    };
    const giveUp = (): void => {
      end(GIVEN_UP);
      sent?.destroy();
    };
    const fail = (error: unknown): void => {
      if (isEnded) return;
      const { mayBeWritten: wasWritten, lateStep } = progress;
      end(window?.isMissed() ? TOO_LATE : failureOf({ error, lateStep, wasWritten, url, tunnel }));
    };
    const beLate = (step: string): void => {
      progress.lateStep ??= step;
      fail(null);
      sent?.destroy();
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    const limits = limitsOf(request);
    try {
      const make = (): ClientRequest => makeRequest(request, tunnel?.agents ?? connections.direct);
      sent = window ? window.making(make) : make();
    } catch (error) {
      // Node says so where it is because of what is in the request; else nobody knows how far it came.
      progress.mayBeWritten = !codeOf(error).startsWith("ERR_INVALID_");
      return fail(error);
    }
    // What is there already is read before: a process that was frozen finds both, the answer and its deadline passed.
    timer = setTimeout(() => (timer = setTimeout(beLate, 0, "request")), limits.timeoutMs);
    watchSteps(sent, url, progress, { connectMs, beLate, isTooLate: () => window?.isLate() ?? false });
    listen(sent, limits, { end, fail });
    sent.end(request.body);
  });
}

/** Where a request ends. */
type Ends = {
  readonly end: (answer: TransportAnswer | TransportFailure) => void;
  readonly fail: (error: Error) => void;
};

function listen(sent: ClientRequest, limits: AnswerLimits, ends: Ends): void {
  const { fail } = ends;
  let answer: IncomingMessage | undefined;
  sent.on("error", fail);
  // Nobody waits for ever whatever becomes of a request; only what has come in whole may still be unpacked.
  sent.once("close", () => {
    if (!answer?.complete) fail(new Error("closed without an answer"));
  });
  // Nobody asked for another protocol (101).
  sent.once("upgrade", (_: unknown, connection: Duplex) => {
    connection.destroy();
    fail(withCode("EUPGRADE"));
  });
  sent.once("response", (response) => {
    answer = response;
    readResponse(sent, response, limits, ends);
  });
}

/** The same few addresses are called again and again. */
let parsed = { url: "", options: {}, isSecure: false };

function makeRequest({ method, url, headers }: TransportRequest, agents: Connections["direct"]): ClientRequest {
  if (parsed.url !== url) {
    const address = new URL(url);
    parsed = { url, options: urlToHttpOptions(address), isSecure: address.protocol === "https:" };
  }
  const [make, agent] = parsed.isSecure ? [requestHttps, agents.https] : [requestHttp, agents.http];
  return make({ ...parsed.options, method, headers: { "accept-encoding": "gzip, deflate, br", ...headers }, agent });
}

/** When a step of making a connection is late, and when the request itself is. */
type Steps = {
  readonly connectMs: number;
  readonly beLate: (step: string) => void;
  readonly isTooLate: () => boolean;
};

/**
 * Follows a connection until it stands: until then not a byte of the request was written. A kept one stands, and so does a
 * tunnel, which is not handed over before.
 */
function watchSteps(sent: ClientRequest, url: string, progress: Progress, steps: Steps): void {
  sent.once("socket", (socket) => {
    // It is written right after this, in a turn of the event loop that may be a later one than the call's.
    if (steps.isTooLate()) sent.destroy(new Error("too late to be written"));
    else watchSocket(socket, url, progress, steps);
  });
}

function watchSocket(socket: Socket, url: string, progress: Progress, { connectMs, beLate }: Steps): void {
  if (!socket.connecting) {
    progress.mayBeWritten = true;
    return;
  }
  let timer: NodeJS.Timeout;
  const begin = (step: string): void => {
    clearTimeout(timer);
    timer = setTimeout(beLate, connectMs, step);
  };
  const stand = (): void => {
    clearTimeout(timer);
    progress.mayBeWritten = true;
  };
  begin(isIP(new URL(url).hostname.replace(/^\[(.*)\]$/, "$1")) === 0 ? "lookup" : "connect");
  socket.once("lookup", () => begin("connect"));
  if (url.startsWith("https:")) {
    socket.once("connect", () => begin("secureConnect"));
    socket.once("secureConnect", stand);
  } else {
    socket.once("connect", stand);
  }
  socket.once("close", () => clearTimeout(timer));
}

/** Reads an answer to its end. */
function readResponse(sent: ClientRequest, response: IncomingMessage, limits: AnswerLimits, { end, fail }: Ends): void {
  const { statusCode: status = 0, headers } = response;
  // Of a refusal every word may matter.
  const isGood = status >= 200 && status < 300;
  const body: AnswerBody = createAnswerBody({ ...limits, spare: isGood ? limits.spare : undefined });
  let isFollowed = false;
  response.on("error", fail);
  response.once("end", () => (isFollowed = isAnotherFollowing(sent)));
  const content = unpacked(response, fail);
  content.on("data", (chunk: Buffer) => {
    if (body.add(chunk)) return;
    end(TOO_LARGE);
    sent.destroy();
  });
  content.once("end", () => {
    if (isFollowed) return fail(withCode("ETWICE"));
    end({ status, headers, body: body.text() });
  });
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
