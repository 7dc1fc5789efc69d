import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { placeholdersIn } from "@volley/contract";
import { pagesOfPeople, type Person } from "@volley/lists";
import type { SendToMany } from "@volley/producer";
import { peopleOfRegion } from "../people/people-of-region.ts";
import { readPeople } from "../people/read-people.ts";
import type { SendsFromPeople, Template } from "../people/sends-from-people.ts";
import { untilInterrupted } from "../people/until-interrupted.ts";
import { unlessInterrupted } from "../exit/unless-interrupted.ts";

/** A file, and what is sent to everybody in it. */
export type FileSource = {
  readonly file: string;
  readonly template: Template;
  /** For lines without a region column. */
  readonly region?: string | undefined;
  readonly numberColumn?: string | undefined;
  readonly signal: AbortSignal;
};

/** Everybody in the file, which is read for them from its beginning. */
export function peopleIn({ file, template, numberColumn, signal }: FileSource): AsyncIterable<Person> {
  return untilInterrupted(readPeople(file, { numberColumn, placeholders: placeholdersIn(template.body) }), signal);
}

/** The people of one region, in the order in which its send has them. */
export function peopleFor(source: FileSource, name: string): AsyncIterable<Person> {
  return peopleOfRegion(peopleIn(source), name, source.region);
}

/** The send of a region: as it is in memory, or with so many people that the file is read once more for them. */
export function sendOf(source: FileSource, { sends, large }: SendsFromPeople, name: string): SendToMany {
  const inMemory = sends.get(name);
  return inMemory === undefined || large.has(name) ? sendFromFile(source, name) : inMemory;
}

/** The send of a region whose people are read from the file, page by page, each with values of their own. */
export function sendFromFile(source: FileSource, name: string): SendToMany {
  const { template } = source;
  return { ...template, to: pagesOfPeople(peopleFor(source, name), placeholdersIn(template.body)) };
}

/** A key that is the same for the same file and text, and for nothing else. */
export async function contentKey({ file, template, signal }: FileSource): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(template));
  await unlessInterrupted(signal, pipeline(createReadStream(file), hash));
  return `csv ${hash.digest("hex")}`;
}
