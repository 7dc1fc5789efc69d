/** What is seen of a queue and of this process's worker on it, in one look. */
export type QueueLook = {
  readonly at: Date;
  /** Jobs that could be picked up now. */
  readonly waiting: number;
  /** Jobs that are picked up, by all processes. */
  readonly active: number;
  /** The region's limit over all processes. */
  readonly concurrency: number;
  /** Jobs that this process works on. */
  readonly ownActive: number;
  readonly ownConcurrency: number;
  readonly isPaused: boolean;
  readonly isHeld: boolean;
  /** Jobs that this process has picked up since it started. */
  readonly pulled: number;
};

/**
 * Whether work waits that this process could take and does not.
 *
 * It is not stuck while the queue is paused or backing off, while all slots of the region or of the process are taken,
 * or while it has picked up anything since the look before.
 */
export function isNotPulling(before: QueueLook, look: QueueLook): boolean {
  const couldPull =
    look.waiting > 0 &&
    before.waiting > 0 &&
    !look.isPaused &&
    !look.isHeld &&
    look.active < look.concurrency &&
    look.ownActive < look.ownConcurrency;
  return couldPull && look.pulled === before.pulled;
}
