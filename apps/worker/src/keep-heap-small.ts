import { setFlagsFromString } from "node:v8";

/** How much the heap may grow, in percent of what was still needed at the last search, before it is searched again. */
const HEAP_GROWING_PERCENT = 60;

/**
 * Lets V8 search the heap of this process when it has grown by little.
 *
 * A worker needs 25 MB of heap whatever it sends, and makes garbage with every batch, a hundred thousand of bytes each.
 * V8 lets a heap of that size grow fourfold before it searches the whole of it: a worker that sent five million recipients
 * took 1.7 times the memory of one that sent a hundred thousand, so that nobody could tell what to give a pod. With this
 * it takes 1.1 times, at the same CPU per recipient (`pnpm bench --rows memory`). V8 reads the flag at every search, so it
 * may be set while the process runs.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
}
