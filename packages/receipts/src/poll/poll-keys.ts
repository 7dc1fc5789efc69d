import type { Place } from "../terms/keys.ts";

/** The key that says who polls a region now. */
export function pollLeaseKey({ prefix, region }: Place): string {
  return `${prefix}:poll:${region}:lease`;
}

/** The hash that says up to which time each list has been read, in milliseconds. */
export function pollPlacesKey({ prefix, region }: Place): string {
  return `${prefix}:poll:${region}:places`;
}

/** The hash that says by which Redis and when inbounds were read last, and since when somebody wants them read again. */
export function readAgainKey({ prefix, region }: Place): string {
  return `${prefix}:poll:${region}:again`;
}

/** The sorted set of the batches whose reports are looked at one by one, by the time of the next look. */
export function openBatchesKey({ prefix, region }: Place): string {
  return `${prefix}:poll:${region}:batches`;
}
