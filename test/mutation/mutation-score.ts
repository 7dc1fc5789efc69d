/** What became of the mutations of one file. */
export type MutationScore = {
  readonly killed: number;
  readonly survived: number;
  /** Killed of all that could have been, in percent; `null` where there was none. */
  readonly percent: number | null;
  /** `line: what it was changed to`, of those that no test noticed. */
  readonly survivors: readonly string[];
};

/** A mutation in Stryker's report. */
type Mutant = {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number } };
};

/** Stryker's report, as far as it is read. */
export type MutationReport = { readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>> };

/** A mutation after which a test fails, or never ends, is noticed. */
const NOTICED: ReadonlySet<string> = new Set(["Killed", "Timeout"]);

/** One that no test runs counts like one that all tests survive. */
const UNNOTICED: ReadonlySet<string> = new Set(["Survived", "NoCoverage"]);

/** Counts a report. What does not even run, or was left out on purpose, is neither. */
export function scoreOf({ files }: MutationReport): MutationScore {
  const mutants = Object.values(files).flatMap((file) => file.mutants);
  const killed = mutants.filter(({ status }) => NOTICED.has(status)).length;
  const unnoticed = mutants.filter(({ status }) => UNNOTICED.has(status));
  const all = killed + unnoticed.length;
  return {
    killed,
    survived: unnoticed.length,
    percent: all === 0 ? null : (100 * killed) / all,
    survivors: unnoticed
      .toSorted((one, other) => one.location.start.line - other.location.start.line)
      .map(({ location, mutatorName, replacement = mutatorName }) => `${location.start.line}: ${oneLine(replacement)}`),
  };
}

function oneLine(code: string): string {
  return code.replaceAll(/\s+/g, " ").slice(0, 100);
}
