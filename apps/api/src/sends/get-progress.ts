import { Readable } from "node:stream";
import { defineRoute } from "../problems/define-route.ts";
import { hasEnded, progressEvents, SETTLED } from "./progress-events.ts";
import { known, requireOwn } from "./require-own.ts";
import { ABOUT_SEND, QUERY, SEND_PARAMS } from "./send-path.ts";

const TYPE = "text/event-stream";

export const getProgress = defineRoute({
  ...ABOUT_SEND,
  method: "GET",
  path: "/v1/sends/{id}/progress",
  operation: "getProgress",
  summary: "Where a send is, at every change until it has ended",
  description:
    "Server-sent events: `progress` at first and at every change, at most once a second, and `settled` when it has ended, after which the stream ends. The data is the status without the lists of batches, errors and rejected recipients.",
  scope: "sends:read",
  params: SEND_PARAMS,
  query: QUERY,
  headers: {
    "Last-Event-ID": {
      description: "The ID of the last event that was seen: the first one is the next change.",
      required: false,
    },
  },
  answers: {
    200: { description: "Events.", content: { [TYPE]: { schema: { type: "string" } } } },
    204: { description: "`settled` has been seen: there is nothing more to come." },
  },
  problems: [...ABOUT_SEND.problems, "too_many_streams"],
  handle: async ({ params: { id }, query: { region }, headers, key, requireKeyStill, gone }, doors) => {
    const place = { id, region };
    await requireOwn(key, place, doors.producer);
    const first = known(id, await doors.readProgress(place));
    const seen = headers["last-event-id"]?.toString();
    if (seen === SETTLED && hasEnded(first)) return { status: 204 };
    doors.countStream(key, gone);
    const events = progressEvents({
      first,
      seen,
      read: async () => doors.readProgress(place),
      lookAtKey: requireKeyStill,
      end: endOf(gone, doors.stopping),
    });
    // Proxies pass on each event as it comes. A connection that were kept after the stream would hold up a stop.
    const own = { "content-type": TYPE, "x-accel-buffering": "no", connection: "close" };
    return { status: 200, headers: own, body: Readable.from(events) };
  },
});

/** Aborts with either of them, and leaves nothing at the one that outlives the stream. */
function endOf(gone: AbortSignal, stopping: AbortSignal): AbortSignal {
  const end = new AbortController();
  const abort = (): void => end.abort();
  if (gone.aborted || stopping.aborted) abort();
  gone.addEventListener("abort", abort);
  stopping.addEventListener("abort", abort, { signal: gone });
  return end.signal;
}
