/** What a process that runs can be asked to do. */
export type Started = {
  /**
   * Finishes what is begun and closes what is open. The signal aborts when the time is over or somebody insists; the
   * process then ends without waiting for this promise.
   */
  stop(signal: AbortSignal): Promise<void>;
};
