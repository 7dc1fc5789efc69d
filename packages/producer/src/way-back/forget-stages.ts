import { newForgotten, packPiece, partId, queueName, readPiece, type StagedPiece } from "@volley/contract";
import { editHash } from "./forget-edit.ts";
import { guardOf, type JobPlace, pastOfFields } from "./forget-jobs.ts";
import type { Search } from "./forget-terms.ts";

/** Pieces that are read at once: a thousand recipients each. */
const AT_ONCE = 20;

/** What each stage is for, by its ID. */
export type Owners = ReadonlyMap<string, JobPlace>;

/** Takes a person out of a stage: somebody stands there for them who is texted nothing. @param id - of the stage */
export async function forgetInStage(search: Search, id: string, key: string, owners: Owners): Promise<void> {
  const { access, person, isDry, found, left } = search;
  const { connection, run } = access.link;
  const owner = owners.get(id) ?? { region: "none", id: "none" };
  for (let cursor = "0"; ;) {
    const [next, flat] = await run(async () => connection.hscan(key, cursor, "COUNT", AT_ONCE));
    for (let at = 0; at < flat.length; at += 2) {
      const [field = "", from = ""] = flat.slice(at, at + 2);
      const piece = person.isIn(from) ? readPiece(from) : null;
      if (piece === null) continue;
      const place = await senderOf(search, owner, Number(field));
      if (place.past === "in_doubt") left("in_doubt");
      else if (isDry) found("stages");
      else {
        const became = await editHash(
          access,
          key,
          [{ field, from, to: packPiece(without(piece, person.number)) }],
          place.guard,
        );
        if (became === "done") found("stages");
        else left("active");
      }
    }
    if (next === "0") return;
    cursor = next;
  }
}

/** The job that sends a piece: a part, or the send itself where it was not split. */
async function senderOf({ access: { link, prefix } }: Search, { region, id }: JobPlace, piece: number) {
  const places = [partId(id, piece), id].map((each) => ({ region, id: each }));
  for (const place of places) {
    const fields = await link.run(async () => link.connection.hgetall(`${prefix}:${queueName(region)}:${place.id}`));
    if (Object.keys(fields).length > 0) return { past: pastOfFields(fields), guard: guardOf(place, fields) };
  }
  return { past: "clean" as const, guard: { region, id, fields: [] } };
}

function without({ recipients, parameters }: StagedPiece, number: string): StagedPiece {
  const standIn = newForgotten();
  return {
    recipients: recipients.map((each) => (each === number ? standIn : each)),
    parameters: new Map(
      [...parameters].map(([name, values]) => [name, new Map([...values].filter(([each]) => each !== number))]),
    ),
  };
}
