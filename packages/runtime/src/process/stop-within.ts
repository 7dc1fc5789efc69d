import type { Started } from "../terms/started.ts";

/** How a stop ended. */
export type StopOutcome =
  { kind: "stopped" } | { kind: "failed"; error: unknown } | { kind: "late" } | { kind: "insisted" };

/** How long a stop may take, in milliseconds, and who may cut it short. */
export type StopLimits = { timeoutMs: number; insisted: Promise<void> };

/**
 * Stops what was started, or what is still starting, and gives up when the time is over or somebody insists.
 * What failed to start needs no stop.
 */
export async function stopWithin(started: Promise<Started>, { timeoutMs, insisted }: StopLimits): Promise<StopOutcome> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<StopOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "late" }), timeoutMs);
  });
  try {
    return await Promise.race([
      stopOrderly(started, controller.signal),
      late,
      insisted.then((): StopOutcome => ({ kind: "insisted" })),
    ]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

async function stopOrderly(started: Promise<Started>, signal: AbortSignal): Promise<StopOutcome> {
  let running: Started;
  try {
    running = await started;
  } catch {
    return { kind: "stopped" };
  }
  try {
    await running.stop(signal);
    return { kind: "stopped" };
  } catch (error) {
    return { kind: "failed", error };
  }
}
