import { AUTO_REGION, normaliseRecipient, type Routes } from "@volley/contract";
import { createRouteTable, type Producer } from "@volley/producer";
import { requireServed, unservedOf } from "../redis/require-served.ts";
import { type FileSource, peopleFor } from "./file-source.ts";

const CONSEQUENCE =
  "Nothing was sent. With --force it is sent all the same: it waits until a worker is started for it, and expires if none is";

/**
 * Looks whether workers have ever worked on every region to which somebody of a file goes, before any of its sends is put on a
 * queue.
 *
 * @param regions - of the file, `auto` among them
 * @throws CliError naming those without
 */
export async function requireServedFile(
  producer: Pick<Producer, "servedRegions">,
  source: FileSource,
  regions: readonly string[],
  routes: Routes | undefined,
): Promise<void> {
  const named = regions.filter((region) => region !== AUTO_REGION);
  const routed = routes === undefined ? [] : await unservedRoutes(producer, source, routes);
  await requireServed(producer, [...new Set([...named, ...routed])], CONSEQUENCE);
}

/** The regions without a worker to which a number of the file goes. It is read for them where the routes have any. */
async function unservedRoutes(
  producer: Pick<Producer, "servedRegions">,
  source: FileSource,
  routes: Routes,
): Promise<Iterable<string>> {
  const all = new Set([...Object.values(routes.prefixes), ...(routes.default ? [routes.default] : [])]);
  const unserved = new Set(await unservedOf(producer, [...all]));
  const taken = new Set<string>();
  if (unserved.size === 0) return taken;
  const regionOf = createRouteTable(routes);
  for await (const { number } of peopleFor(source, AUTO_REGION)) {
    const recipient = normaliseRecipient(number);
    const region = recipient === null ? null : regionOf(recipient);
    if (region !== null && unserved.has(region)) taken.add(region);
    if (taken.size === unserved.size) break;
  }
  return taken;
}
