import { nearestRegion } from "@volley/contract";
import type { Producer } from "@volley/producer";
import { CliError } from "../exit/cli-error.ts";

/** Regions that are named to somebody who meant another one. */
const MOST_NAMED = 10;

/**
 * Looks whether workers have ever worked on regions. One that is mistyped waits and expires without a word, or is paused while
 * the one that was meant goes on.
 *
 * @param consequence - what holds now, and what --force does
 * @throws CliError naming the regions without, and which ones were meant perhaps
 */
export async function requireServed(
  producer: Pick<Producer, "servedRegions">,
  regions: readonly string[],
  consequence: string,
): Promise<void> {
  const unserved = await unservedOf(producer, regions);
  if (unserved.length === 0) return;
  const served = await producer.servedRegions();
  const sentences = unserved.slice(0, MOST_NAMED).map((region) => {
    const meant = nearestRegion(region, served);
    const question = meant === undefined ? "" : `, did you mean ${meant}?`;
    return `no worker has ever worked on the region ${region} with this prefix${question || "."}`;
  });
  throw new CliError([...sentences, inWords(served), consequence].join(" "));
}

/** Those of regions on which no worker has ever worked. */
export async function unservedOf(
  producer: Pick<Producer, "servedRegions">,
  regions: readonly string[],
): Promise<string[]> {
  const served = new Set(await producer.servedRegions(regions));
  return regions.filter((region) => !served.has(region));
}

function inWords(served: readonly string[]): string {
  if (served.length === 0) return "Workers have worked on no region yet.";
  const more = served.length > MOST_NAMED ? ` and ${served.length - MOST_NAMED} more` : "";
  return `Those that workers have worked on: ${served.slice(0, MOST_NAMED).join(", ")}${more}.`;
}
