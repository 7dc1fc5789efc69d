import type { Worker } from "bullmq";

/** Why a process picks up nothing: the provider refuses its set-up, or Redis refuses its writes. */
export type StopReason = "refused" | "redis";

/** A process that picks up nothing, in words, and since when. */
export type Stopped = { readonly reason: StopReason; readonly said: string; readonly since: Date };

/** Whether this process picks up jobs of a region. What it does says nothing of the others. */
export type OwnPulling = {
  /** The first reason that holds; `null` while it picks up jobs. */
  readonly stopped: () => Stopped | null;
  readonly isStoppedFor: (reason: StopReason) => boolean;
  /** Picks up nothing more; what is in flight goes on. @returns whether this reason is new */
  readonly stop: (reason: StopReason, said: string) => boolean;
  /** Takes a reason back. @returns whether it held */
  readonly goOn: (reason: StopReason) => boolean;
  /** The worker that is stopped, as soon as there is one. */
  readonly attach: (worker: BullMqWorker) => void;
  /** Makes the worker do what it should, where it does something else. */
  readonly enforce: () => void;
};

type BullMqWorker = Pick<Worker, "pause" | "resume" | "isPaused" | "isRunning">;

/**
 * Pauses a worker while there is a reason to. A pause is asked for without waiting for what is in flight; BullMQ ends its
 * loop once that has ended. Asked to go on in that very moment it would think that the loop still runs, so that
 * `enforce` has to look again.
 */
export function createOwnPulling(now: () => Date): OwnPulling {
  const reasons = new Map<StopReason, Stopped>();
  let worker: BullMqWorker | null = null;
  const enforce = (): void => {
    if (worker === null) return;
    const mayPull = reasons.size === 0;
    if (!mayPull && !worker.isPaused()) void worker.pause(true);
    if (mayPull && (worker.isPaused() || !worker.isRunning())) void worker.resume();
  };
  return {
    stopped: () => reasons.values().next().value ?? null,
    isStoppedFor: (reason) => reasons.has(reason),
    stop: (reason, said) => {
      if (reasons.has(reason)) return false;
      reasons.set(reason, { reason, said, since: now() });
      enforce();
      return true;
    },
    goOn: (reason) => {
      const held = reasons.delete(reason);
      if (held) enforce();
      return held;
    },
    attach: (attached) => {
      worker = attached;
      enforce();
    },
    enforce,
  };
}
