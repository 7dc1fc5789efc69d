import { isRegionName, nearestRegion, normaliseRecipient } from "@volley/contract";
import type { Person } from "@volley/lists";
import { isSuppressionHash, type Producer, type SuppressionOptions } from "@volley/producer";
import { CliError } from "../exit/cli-error.ts";
import { readPeople } from "../people/read-people.ts";
import { optionsOfRow } from "./suppression-rows.ts";

/** What a file came to. */
export type Imported = {
  readonly added: number;
  readonly known: number;
  /** How many lines are wrong, and what is wrong with the first of them. */
  readonly wrong: number;
  readonly lines: readonly WrongLine[];
};

type ImportOptions = SuppressionOptions & {
  readonly numberColumn?: string | undefined;
  /** Whether lines of regions are taken on which no worker has ever worked. */
  readonly isForced: boolean;
  readonly signal: AbortSignal;
};

/** A line that was left out. `reason` names the field, and never what stands in it. */
type WrongLine = { readonly line: number; readonly reason: string };

/** Lines in one step. */
const MOST_AT_ONCE = 1_000;

/** Wrong lines that are named. */
const MOST_NAMED = 20;

/** What is wrong with a line whose region is mistyped: it would keep nobody from being texted. */
const UNSERVED = "scope: no worker has ever worked on this region with this prefix";

const FORCE = "--force takes it all the same";

type Row = { readonly line: number; readonly number: string };

/**
 * Adds everybody whom a CSV file names, in bounded memory whatever its size. A line that is wrong is left out, and counted.
 *
 * @throws CliError where the file cannot be read as people; whoever stands before that is on the list
 */
export async function importSuppressions(
  producer: Pick<Producer, "suppressions" | "servedRegions">,
  path: string,
  { numberColumn, isForced, signal, ...ofFile }: ImportOptions,
): Promise<Imported> {
  const counts = { added: 0, known: 0, wrong: 0 };
  const lines: WrongLine[] = [];
  const refuse = (line: number, error: unknown): void => {
    counts.wrong += 1;
    if (lines.length < MOST_NAMED) lines.push({ line, reason: reasonOf(error) });
  };
  const served = new Set<string>();
  const requireRegion = async ({ scope }: SuppressionOptions): Promise<void> => {
    if (typeof scope !== "object" || !("region" in scope) || served.has(scope.region)) return;
    const { region } = scope;
    if (!isRegionName(region) || (await producer.servedRegions([region])).includes(region))
      return void served.add(region);
    const meant = nearestRegion(region, await producer.servedRegions());
    throw new CliError(`${UNSERVED}${meant === undefined ? ";" : `, did you mean ${meant}?`} ${FORCE}`);
  };
  const add = async (rows: readonly Row[], options: SuppressionOptions): Promise<void> => {
    if (!isForced) await requireRegion(options);
    const { added, confirmed, known } = await producer.suppressions.add(
      rows.map(({ number }) => number),
      options,
    );
    counts.added += added + confirmed;
    counts.known += known;
  };
  const addEach = async (rows: readonly Row[], options: SuppressionOptions): Promise<void> => {
    try {
      await add(rows, options);
    } catch (error) {
      // What these lines say of their entries cannot be.
      if (!isWrong(error)) throw error;
      for (const { line } of rows) refuse(line, error);
    }
  };
  for await (const { rows, options } of groups(readPeople(path, { numberColumn }), ofFile, refuse)) {
    signal.throwIfAborted();
    await addEach(rows, options);
  }
  return { ...counts, lines: lines.toSorted((one, other) => one.line - other.line) };
}

/** Which option of a call a column has become tells whoever has the file nothing. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^suppressions\.add\.?:? ?/, "") : "";
}

function isWrong(error: unknown): boolean {
  return (
    error instanceof CliError ||
    error instanceof TypeError ||
    Reflect.get(Object(error), "code") === "VOLLEY_INVALID_SUPPRESSION"
  );
}

/** Lines that follow each other and say the same of their entries. */
async function* groups(
  people: AsyncIterable<Person>,
  ofFile: SuppressionOptions,
  refuse: (line: number, error: unknown) => void,
): AsyncGenerator<{ readonly rows: readonly Row[]; readonly options: SuppressionOptions }> {
  let rows: Row[] = [];
  let options: SuppressionOptions = ofFile;
  for await (const person of people) {
    const read = readRow(person, ofFile);
    if (read instanceof Error) {
      refuse(person.line, read);
      continue;
    }
    const isOther = JSON.stringify(read) !== JSON.stringify(options);
    if (rows.length > 0 && (isOther || rows.length === MOST_AT_ONCE)) {
      yield { rows, options };
      rows = [];
    }
    options = read;
    rows.push({ line: person.line, number: person.number });
  }
  if (rows.length > 0) yield { rows, options };
}

function readRow({ number, columns }: Person, ofFile: SuppressionOptions): SuppressionOptions | Error {
  if (!isSuppressionHash(number) && !/^\d+$/.test(normaliseRecipient(number) ?? ""))
    return new CliError("number: expected an international phone number");
  try {
    return optionsOfRow(columns, ofFile);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}
