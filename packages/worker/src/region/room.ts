import { getHeapStatistics } from "node:v8";

/** The memory that one process has for the jobs that it reads, in all of its regions. */
export type Room = {
  /** All of it, in bytes. */
  readonly bytes: number;
  /** Bytes of JSON that are read without asking: so small that as many as may be at once have their place beside it. */
  readonly freely: number;
  /**
   * Waits for a share: first come, first served, so that a large one is not passed for ever by small ones. Whoever holds a
   * share takes no second one, or two of them would wait for each other.
   *
   * @param bytes - more than there is means all of it
   */
  readonly take: (bytes: number) => Promise<Share>;
};

/** Memory that is one job's. */
export type Share = {
  readonly bytes: number;
  /** Gives back what is more. */
  readonly shrinkTo: (bytes: number) => void;
  /** Gives all of it back; a second time is nothing. */
  readonly giveBack: () => void;
};

const MIB = 1_024 * 1_024;

/** What a worker needs of its heap whatever it works on, with what is read without asking. */
const BASE_BYTES = 64 * MIB;

/** The least that there is for what is read without asking; where there is much room it is an eighth of that. */
const FREELY_BYTES = 32 * MIB;

const MOST_FREELY = 64 * 1_024;

/** A process too small for anything still reads what nearly every job brings, one after the other. */
const LEAST_BYTES = 16 * MIB;

/** Close to its limit V8 does nothing but search the heap. */
const OF_HEAP = 0.85;

/** The rest of a container is for what is not in the heap: code, buffers of sockets, OpenSSL. */
const OF_CONTAINER = 0.75;

/**
 * What a byte of JSON takes while a job is read and planned where its values are as short as they may be: recipients of seven
 * digits. Those of twelve take 17, long values 4.
 */
export const MOST_PER_BYTE = 22;

/**
 * How much memory jobs may take in this process: what the limit of its heap leaves, or that of its container (a cgroup of
 * either version), whichever is less. Node gives the heap half of a small container unless `--max-old-space-size` says
 * otherwise.
 */
export function memoryForJobs(
  heapBytes: number = getHeapStatistics().heap_size_limit,
  containerBytes: number = process.constrainedMemory() ?? 0,
): number {
  const most = containerBytes > 0 ? Math.min(heapBytes, containerBytes * OF_CONTAINER) : heapBytes;
  return Math.max(LEAST_BYTES, Math.floor(most * OF_HEAP) - BASE_BYTES);
}

/**
 * Creates the room of a process.
 *
 * @param jobsAtOnce - how many jobs it works on at once at most
 */
export function createRoom(bytes: number, jobsAtOnce: number): Room {
  let freeBytes = bytes;
  let waiting: { readonly bytes: number; readonly grant: (share: Share) => void }[] = [];
  const serve = (): void => {
    while (waiting[0] !== undefined && waiting[0].bytes <= freeBytes) {
      const [next, ...others] = waiting;
      waiting = others;
      freeBytes -= next.bytes;
      next.grant(shareOf(next.bytes));
    }
  };
  const shareOf = (granted: number): Share => {
    let heldBytes = granted;
    const shrinkTo = (least: number): void => {
      const spareBytes = Math.max(0, heldBytes - least);
      heldBytes -= spareBytes;
      freeBytes += spareBytes;
      serve();
    };
    return { bytes: granted, shrinkTo, giveBack: () => shrinkTo(0) };
  };
  return {
    bytes,
    freely: Math.min(MOST_FREELY, Math.floor(Math.max(FREELY_BYTES, bytes / 8) / MOST_PER_BYTE / jobsAtOnce)),
    take: async (wanted) =>
      new Promise((grant) => {
        waiting.push({ bytes: Math.min(wanted, bytes), grant });
        serve();
      }),
  };
}
