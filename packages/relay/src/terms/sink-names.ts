/** The sink that makes each event a job of BullMQ. */
export const QUEUE_SINK = "queue";

/** The sink by which a region's workers reply to people. */
export function repliesSink(region: string): string {
  return `replies-${region}`;
}
