import { LEDGER_FIELD, newForgotten, readJobData, withoutPerson } from "@volley/contract";
import { type Edit, editHash } from "./forget-edit.ts";
import type { Search } from "./forget-terms.ts";

/** Where a job is. */
export type JobPlace = { readonly region: string; readonly id: string };

/** The fields of a job by which it is known what may have happened to it. */
const PAST = ["ats", "atm", "stc", "progress", "finishedOn", LEDGER_FIELD] as const;

/** What the parts of a send were made of, while it is planned. */
const PLAN_CONTENT = "volley:content";

/** So often a job is read anew that changes while it is looked at. */
const MOST_TRIES = 5;

type Fields = Readonly<Record<string, string>>;

/**
 * What may have become of a job: it has ended; or nothing was asked of the provider, so that somebody else may stand in it; or it
 * may be there, and is compared with what stands in the job.
 */
export function pastOfFields(fields: Fields): "ended" | "clean" | "in_doubt" {
  if (fields["finishedOn"] !== undefined) return "ended";
  const { kind } = readJobData(parsed(fields["data"] ?? ""));
  if (kind === "planned" || kind === "settled") return "clean";
  if (fields[LEDGER_FIELD] !== undefined || fields[PLAN_CONTENT] !== undefined) return "in_doubt";
  return isCleanNote(fields) ? "clean" : "in_doubt";
}

/** Whether the worker that has had a job last has written down that nothing came of it, or none has had it. */
function isCleanNote(fields: Fields): boolean {
  const pickups = Number(fields["ats"] ?? 0);
  const note = parsed(fields["progress"] ?? "");
  if (typeof note === "object" && note !== null && "pickup" in note && "unknown_since" in note) {
    return note.pickup === pickups && note.unknown_since === null;
  }
  return pickups === 0 && fields["atm"] === undefined && fields["stc"] === undefined;
}

/** The fields of a job that a change of it is made by, as they were read. */
export function guardOf(place: JobPlace, fields: Fields) {
  return { ...place, fields: PAST.map((field) => [field, fields[field] ?? ""] as const) };
}

/** Takes a person out of a job: somebody stands there for them who is texted nothing. */
export async function forgetInJob(search: Search, place: JobPlace, key: string): Promise<void> {
  const { access, person, isDry, found, left } = search;
  const { link } = access;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const fields = await link.run(async () => link.connection.hgetall(key));
    const edits = editsOf(search, fields);
    const past = pastOfFields(fields);
    if (person.isIn(place.id)) return forgetNamed(search, place, past);
    if (edits.length === 0) return;
    if (past === "in_doubt") return left("in_doubt");
    const kind = past === "ended" ? "results" : "queues";
    if (isDry) return found(kind);
    const became = await editHash(access, key, edits, guardOf(place, fields));
    if (became === "done") return found(kind);
    if (became === "active") return left("active");
  }
  left("active");
}

/** A job whose ID has their number goes as a whole. */
async function forgetNamed(
  { access, isDry, found, left }: Search,
  { region, id }: JobPlace,
  past: ReturnType<typeof pastOfFields>,
): Promise<void> {
  const isGone =
    past === "ended" && (isDry || (await access.link.run(async () => access.queueOf(region).remove(id))) === 1);
  if (isGone) found("results");
  else left("named");
}

/** What changes in some fields, each a JSON or a text. */
export function editsOf({ person }: Pick<Search, "person">, fields: Fields): Edit[] {
  const standIn = newForgotten();
  return Object.entries(fields).flatMap(([field, from]) => {
    if (!person.isIn(from)) return [];
    const value = parsed(from);
    const to =
      value === undefined ? person.replaceIn(from, standIn) : JSON.stringify(withoutPerson(value, person, standIn));
    return to === from ? [] : [{ field, from, to }];
  });
}

/** @returns `undefined` for what is no JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
