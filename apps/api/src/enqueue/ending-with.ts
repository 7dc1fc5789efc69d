import { ApiProblem } from "../terms/api-problem.ts";

/** What ends a request before its end, with what it is answered then. */
export type Ending = { readonly signal: AbortSignal; readonly forget: () => void };

/** The longest time of an upload, in milliseconds. What a slow line needs longer for comes as several sends. */
const LONGEST_MS = 6 * 60 * 60 * 1_000;

/** Ends a request whose caller is gone, that takes too long, or whose process stops: nothing of it is enqueued, and the same key does it. */
export function endingWith(gone: AbortSignal, stopping: AbortSignal, longestMs = LONGEST_MS): Ending {
  const ended = new AbortController();
  const onGone = (): void => ended.abort(new ApiProblem("body_incomplete", "the caller is gone; nothing was enqueued"));
  const onStop = (): void => {
    const detail = "the process is about to end; nothing was enqueued";
    // The rest of the body is not waited for.
    ended.abort(new ApiProblem("VOLLEY_PRODUCER_CLOSED", detail, { headers: { connection: "close" } }));
  };
  const onTime = (): void => {
    ended.abort(new ApiProblem("request_timeout", "expected the whole body within 6 h; nothing was enqueued"));
  };
  const timer = setTimeout(onTime, longestMs);
  timer.unref();
  if (gone.aborted) onGone();
  if (stopping.aborted) onStop();
  gone.addEventListener("abort", onGone);
  stopping.addEventListener("abort", onStop);
  return {
    signal: ended.signal,
    forget: () => {
      clearTimeout(timer);
      gone.removeEventListener("abort", onGone);
      stopping.removeEventListener("abort", onStop);
    },
  };
}
