import { readJobData, withBlankText } from "@volley/contract";
import { editHash } from "./forget-edit.ts";
import { guardOf, type JobPlace } from "./forget-jobs.ts";
import type { Search } from "./forget-terms.ts";

/**
 * Takes the text out of a send that has ended and was to one person alone, whom one of some batches was to: nothing else tells any
 * more whose it was.
 */
export async function forgetText(
  { access, isDry, found, left }: Search,
  place: JobPlace,
  key: string,
  batches: ReadonlySet<string>,
): Promise<void> {
  const { connection, run } = access.link;
  const fields = await run(async () => connection.hgetall(key));
  const from = fields["data"] ?? "";
  const read = from.includes('"settled"') ? readJobData(JSON.parse(from)) : null;
  if (read?.kind !== "settled" || fields["finishedOn"] === undefined) return;
  const { message, settled } = read.data;
  const isTheirs = settled.recipients.requested === 1 && settled.batches.some(({ id }) => batches.has(id));
  const to = isTheirs ? JSON.stringify({ ...read.data, message: withBlankText(message) }) : from;
  if (to === from) return;
  if (isDry || (await editHash(access, key, [{ field: "data", from, to }], guardOf(place, fields))) === "done")
    found("results");
  else left("active");
}
