/**
 * Its memory is full, its disk is, too few replicas have a copy, it has become a replica itself, its primary is away, or it
 * takes our password no more: ioredis refuses what waits for the connection with that. Before Redis 7 what a script is
 * refused begins with the script's name.
 */
const REFUSED = /(?:^|[\s-])(OOM|MISCONF|NOREPLICAS|READONLY|MASTERDOWN|CLUSTERDOWN|NOAUTH|WRONGPASS)\b/;

/** Whether Redis has refused a write, for a reason that passes. @returns the first word of the refusal, such as `OOM` */
export function writeRefusalOf(error: unknown): string | null {
  return (error instanceof Error && REFUSED.exec(error.message)?.[1]) || null;
}
