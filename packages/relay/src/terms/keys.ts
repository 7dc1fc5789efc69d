/** Says which process feeds a sink. */
export function leaseKey(prefix: string, sink: string): string {
  return `${prefix}:relay:${sink}:lease`;
}

/** How far a sink is in the stream of events. */
export function cursorKey(prefix: string, sink: string): string {
  return `${prefix}:relay:${sink}:cursor`;
}
