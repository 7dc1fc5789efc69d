import { setTimeout as pause } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import type { Answer } from "../calls/answer.ts";
import type { Call } from "../calls/call.ts";
import type { Emulation } from "../emulation/emulation.ts";
import { unroutedStatus } from "./endpoints.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";
import type { MainAction, Strikes } from "../faults/fault-list.ts";
import { malform } from "../faults/malform.ts";
import { rejectRecipients } from "../faults/reject-recipients.ts";
import type { OpenRequest } from "../calls/request-log.ts";
import { waitWhileOpen } from "./wait-while-open.ts";
import { writeSlowly } from "./write-slowly.ts";

/** How long an answer waits for reports that are to come before it: whoever takes them may be gone. */
const LONGEST_AFTER_MS = 500;

/** A request on its way through the emulator. */
export interface Exchange {
  readonly call: Call;
  /** What the path and method lead to; undefined for nothing. */
  readonly endpoint: Endpoint | undefined;
  readonly reply: FastifyReply;
  readonly record: OpenRequest;
}

/**
 * Serves one request: the endpoint does its work at once, then the faults decide when and how its answer leaves.
 *
 * So a batch counts from the moment its request is read. A client that gives up during a delay was accepted all the
 * same, which is the case that sends people two texts. Faults come before authentication, like a gateway in front. Only
 * a `latency` that is said to come before lets the work itself wait; when the client leaves, it is done at once.
 */
export async function serveCall(emulation: Emulation, exchange: Exchange): Promise<void> {
  const { call, reply, record } = exchange;
  record.setRecipients(call.recipientCount);
  const strikes = emulation.faults.strike(call);
  if (strikes.waitMs > 0) await waitWhileOpen(reply.raw, strikes.waitMs);
  const answer = isHandled(strikes.main) ? handle(emulation, exchange, strikes) : unhandledAnswer(call);
  if (answer.after !== undefined)
    await Promise.race([answer.after, pause(LONGEST_AFTER_MS, undefined, { ref: false })]);
  const delayMs = emulation.latencyMs + strikes.latencyMs;
  if (delayMs > 0 && !(await waitWhileOpen(reply.raw, delayMs))) {
    reply.hijack();
    return;
  }
  if (strikes.main === undefined) sendAnswer(exchange, answer);
  else await deliver(exchange, answer, strikes.main);
}

/** Whether the endpoint gets to see the request, although the client may never learn of it. */
function isHandled(action: MainAction | undefined): boolean {
  return action === undefined || !("accept" in action || action.kind === "status") || action.accept === true;
}

function handle(emulation: Emulation, { call, endpoint }: Exchange, strikes: Strikes): Answer {
  const nowMs = emulation.now();
  if (endpoint?.isOpen !== true) {
    const admission = emulation.credentials.admit(call.plan, call.authorization, nowMs);
    if (admission !== "granted") return unauthorizedAnswer(emulation, call.plan, admission);
  }
  if (endpoint === undefined) return { status: unroutedStatus(call.path) };
  // Before the endpoint may change a group: who was in it counts for the batches that are dispatched by now.
  emulation.store.settle(nowMs);
  const { main, listingDelayMs, forced } = strikes;
  const refuse = main?.kind === "reject_recipients" ? rejectRecipients(main.recipients, main.named) : undefined;
  return endpoint.handle(call, { emulation, nowMs, listingDelayMs, refuse, forced });
}

/** 401. Sinch's clients get themselves another token when the header says `expired`, and give up otherwise. */
function unauthorizedAnswer({ credentials }: Emulation, plan: string, admission: "refused" | "expired"): Answer {
  if (admission === "expired") {
    const reason = 'Bearer error="invalid_token", error_description="The access token expired"';
    return { status: 401, headers: { "www-authenticate": reason } };
  }
  return credentials.isProject(plan)
    ? { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' } }
    : { status: 401 };
}

/** What a malformed answer is made from when nothing was accepted. */
function unhandledAnswer(call: Call): Answer {
  return { status: call.method === "POST" ? 201 : 200, body: "{}" };
}

async function deliver(exchange: Exchange, answer: Answer, action: MainAction): Promise<void> {
  const { reply, record } = exchange;
  switch (action.kind) {
    case "reject_recipients":
      sendAnswer(exchange, answer);
      return;
    case "status":
      sendStatus(exchange, action);
      return;
    case "malformed": {
      const malformed = malform(answer, action.shape);
      record.end(malformed.status);
      void reply.code(malformed.status).type(malformed.contentType).send(malformed.body);
      return;
    }
    case "drop":
      reply.hijack();
      if (action.after_ms !== undefined) await waitWhileOpen(reply.raw, action.after_ms);
      record.end(null);
      reply.raw.socket?.destroy();
      return;
    case "hang":
      reply.hijack();
      return;
    case "slow":
      reply.hijack();
      await writeSlowly(reply.raw, answer, action.bytes_per_second, () => record.end(answer.status));
  }
}

function sendStatus({ reply, record }: Exchange, action: Extract<MainAction, { kind: "status" }>): void {
  const { status, body, headers = {} } = action;
  const isText = typeof body === "string";
  if (body !== undefined) void reply.type(isText ? "text/plain" : "application/json");
  void reply.headers(headers);
  record.end(status);
  void reply.code(status).send(isText || body === undefined ? (body ?? "") : JSON.stringify(body));
}

function sendAnswer({ reply, record }: Exchange, answer: Answer): void {
  record.end(answer.status);
  void reply.code(answer.status);
  if (answer.headers !== undefined) void reply.headers(answer.headers);
  if (answer.body !== undefined) void reply.header("content-type", "application/json");
  void reply.send(answer.body ?? "");
}
