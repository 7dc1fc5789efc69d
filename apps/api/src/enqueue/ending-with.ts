import { ApiProblem } from "../terms/api-problem.ts";

/** What ends a request before its end, with what it is answered then. */
export type Ending = { readonly signal: AbortSignal; readonly forget: () => void };

/** Ends a request whose caller is gone, or whose process stops: nothing of it is enqueued, and the same key does it. */
export function endingWith(gone: AbortSignal, stopping: AbortSignal): Ending {
  const ended = new AbortController();
  const onGone = (): void => ended.abort(new ApiProblem("body_incomplete", "the caller is gone; nothing was enqueued"));
  const onStop = (): void => {
    const detail = "the process is about to end; nothing was enqueued";
    // The rest of the body is not waited for.
    ended.abort(new ApiProblem("VOLLEY_PRODUCER_CLOSED", detail, { headers: { connection: "close" } }));
  };
  if (gone.aborted) onGone();
  if (stopping.aborted) onStop();
  gone.addEventListener("abort", onGone);
  stopping.addEventListener("abort", onStop);
  return {
    signal: ended.signal,
    forget: () => {
      gone.removeEventListener("abort", onGone);
      stopping.removeEventListener("abort", onStop);
    },
  };
}
