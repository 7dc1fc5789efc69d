import { disableEndpoint, type DisabledReason, type EndpointAddress, type KeptEndpoint } from "@volley/endpoints";
import { type Carrier, currentCarrier, failed as failedSpan, inSpan, isTracing } from "@volley/tracing";
import { traceOfSend } from "@volley/receipts";
import type { RelayLog } from "../terms/relay-options.ts";
import type { Backlog, OpenEvent } from "./backlog.ts";
import type { Health } from "./health.ts";
import { judge, type Verdict } from "./judge.ts";
import { type Change, openChange } from "./kept-open.ts";
import type { EndpointObserver } from "./observer.ts";
import type { Poster } from "./post.ts";
import type { EndpointSettings } from "./settings.ts";
import { signed } from "./signed.ts";
import { readAt, type StreamEvent } from "./stream.ts";

/** What an attempt works with. */
export type AttemptContext = {
  readonly address: EndpointAddress;
  readonly endpoint: () => KeptEndpoint;
  readonly poster: Poster;
  readonly backlog: Backlog;
  readonly health: Health;
  readonly save: (...changes: Change[]) => Promise<void>;
  /** Begins no more attempts. */
  readonly stop: () => void;
  readonly settings: EndpointSettings;
  readonly log: RelayLog;
  readonly observer: EndpointObserver;
};

type Failed = Extract<Verdict, { kind: "failed" }>;

const FAILS_NO_MORE: readonly Change[] = [
  ["field", "failing_since", ""],
  ["field", "failure", ""],
];

/** Sends an event once, and writes down what has come of it. */
export async function attempt(context: AttemptContext, open: OpenEvent): Promise<void> {
  const { address, poster, endpoint, backlog, observer, save } = context;
  const event = open.event ?? (await readAt(address, open.place));
  if (event === null) {
    await save(["open", open.place, ""]);
    backlog.done(open.place);
    return missed(context);
  }
  const parent = isTracing() ? await traceOfSend(address, { id: sendOf(event), region: event.region }) : null;
  const { verdict } = await posted(poster, event, endpoint(), parent);
  observer.attempted(address.id, verdict.kind);
  if (verdict.kind === "delivered") return delivered(context, open);
  if (verdict.kind === "gone") return disable(context, "gone");
  return failed(context, { open, event, verdict });
}

/** Says that the stream has dropped what an endpoint had not yet. */
export function missed({ address, observer, log }: Pick<AttemptContext, "address" | "observer" | "log">): void {
  observer.ended(address.id, "missed");
  log.warn({ endpoint: address.id }, "events were dropped before an endpoint had them");
}

/** The send that an event is about. */
function sendOf({ data }: StreamEvent): unknown {
  const read: unknown = JSON.parse(data);
  return Reflect.get(Object(read), "send_id");
}

/** Sends an event, within the trace that it belongs to. @returns what has come of it, and the status of the answer where there was one */
export async function posted(
  poster: Poster,
  event: StreamEvent,
  { secrets }: KeptEndpoint,
  parent: Carrier | null = null,
): Promise<{ readonly verdict: Verdict; readonly status: number | null }> {
  const { headers, body } = signed(event, secrets, new Date());
  const attributes = { "http.request.method": "POST", "volley.event": event.type };
  const answer = await inSpan({ name: "POST", kind: "client", attributes, parent }, async (span) => {
    const given = await poster.post({ ...headers, ...currentCarrier() }, body);
    if (given.kind === "answered") span.setAttribute("http.response.status_code", given.status);
    if (given.kind === "failed") failedSpan(span, "no_answer");
    else if (given.status >= 400) failedSpan(span, String(given.status));
    return given;
  });
  return { verdict: judge(answer, new Date()), status: answer.kind === "answered" ? answer.status : null };
}

async function delivered(
  { address, backlog, health, save, observer }: AttemptContext,
  { place }: OpenEvent,
): Promise<void> {
  const wasFailing = health.failingSince() !== null;
  health.delivered();
  await save(["open", place, ""], ...(wasFailing ? FAILS_NO_MORE : []));
  backlog.done(place);
  observer.ended(address.id, "delivered");
}

type Failure = { readonly open: OpenEvent; readonly event: StreamEvent; readonly verdict: Failed };

async function failed(context: AttemptContext, { open, event, verdict: { failure, waitMs } }: Failure): Promise<void> {
  const { address, backlog, health, save, settings, observer, log } = context;
  const now = Date.now();
  const since = health.failed(now, waitMs);
  const pauseMs = settings.retryMs[open.tries];
  const next = { place: open.place, tries: open.tries + 1, dueAt: now + Math.max(pauseMs ?? 0, waitMs), event: null };
  await save(
    pauseMs === undefined ? ["open", open.place, ""] : openChange(next),
    ["first", "failing_since", new Date(since).toISOString()],
    ["field", "failure", failure],
  );
  const said = { endpoint: address.id, type: event.type, tries: next.tries, failure };
  if (pauseMs === undefined) {
    backlog.done(open.place);
    observer.ended(address.id, "given_up");
    log.warn(said, "an event is given up");
  } else {
    backlog.add(next);
    log.info(said, "an event could not be delivered");
  }
  if (now - since >= settings.disableAfterMs) await disable(context, "failing");
}

async function disable({ address, stop, observer, log }: AttemptContext, reason: DisabledReason): Promise<void> {
  stop();
  if (!(await disableEndpoint(address, reason, new Date()))) return;
  observer.disabled(address.id, reason);
  log.warn({ endpoint: address.id, reason }, "an endpoint is disabled");
}
