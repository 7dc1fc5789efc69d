import { z } from "zod";

const count = z.int().min(0);

/** Places in a part's list of recipients: from one, to before another. */
const range = z.tuple([count, count]);

const batch = z.object({ id: z.string(), recipients: z.int().min(1), accepted_at: z.string(), adopted: z.boolean() });

/** A recipient whom the provider would not take, with the place in the part's list, and the provider's code. */
const rejected = z.object({ recipient: z.string(), place: count, code: z.string(), text: z.string() });

/** A lot that ended as a whole without being accepted. */
const failure = z.object({
  ending: z.enum(["rejected", "expired", "canceled", "unknown"]),
  code: z.string(),
  text: z.string(),
  recipients: z.array(z.string()),
});

/** Recipients who were left out of a lot because they have opted out, each with the place in the part's list. */
const suppressed = z.array(z.object({ recipient: z.string(), place: count }));

/** What is decided, one thing in a field of its own: it never changes any more. */
const decision = z.union([
  z.object({ batch }),
  z.object({ rejected }),
  z.object({ failure }),
  z.object({ suppressed }),
]);

/** What changes with every lot, in as few bytes as it takes. */
const head = z.object({
  /** The digest of what the part brings: data that were written over it later are not what this is about. */
  content: z.string(),
  /** How many the part is to, and how many of it were rejected beforehand. */
  people: count,
  duplicate: count,
  rejected: count,
  pending: z.array(range),
  taken: count,
  refusals: count,
  alone: count,
  /** How many decisions there are. */
  decided: count,
});

/** How far a send or part is that takes more than one request. */
export type Ledger = {
  /** What is not decided yet, in the order in which it is sent. */
  readonly pending: readonly (readonly [from: number, to: number])[];
  readonly batches: readonly z.infer<typeof batch>[];
  /**
   * How many people the batches of this part are to that the provider has, canceled ones too: the reference of the next
   * lot says it, see `markOf`.
   */
  readonly taken: number;
  readonly rejected: readonly z.infer<typeof rejected>[];
  /** Lots that ended as a whole without being accepted. */
  readonly failures: readonly z.infer<typeof failure>[];
  /** Those who were left out of lots because they have opted out, by lot. */
  readonly suppressed: readonly z.infer<typeof suppressed>[];
  /** Requests that were answered with a refusal. */
  readonly refusals: number;
  /** Recipients who were rejected in a request of their own, without being named. */
  readonly alone: number;
};

/** What a ledger is of. */
export type LedgerSubject = Pick<z.infer<typeof head>, "content" | "people" | "duplicate" | "rejected">;

/** A ledger as it was kept. */
export type KeptLedger = { readonly subject: LedgerSubject; readonly ledger: Ledger };

/** The field of a job that holds a ledger's head. */
export const LEDGER_FIELD = "volley:ledger";

/** What the fields of a job begin with that hold what is decided; a number from 0 follows. */
export const DECISION_STEM = "volley:decided:";

/** The fields of a job that hold what is decided. @param from - the first of them, from 0 @param to - the one after the last */
export function decisionFields(from: number, to: number): string[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => `${DECISION_STEM}${from + index}`);
}

/** How many decisions a ledger holds. */
function decisionCount({ batches, rejected: ofPeople, failures, suppressed: leftOut }: Ledger): number {
  return batches.length + ofPeople.length + failures.length + leftOut.length;
}

/**
 * The fields of a job that have changed between two steps: the head, and what was decided meanwhile. A ledger of a slow
 * region has hundreds of batches, and is kept after each of them: written whole, it would fill Redis' log of writes.
 *
 * @param before - as it was kept last; `null` when nothing was kept yet
 */
export function ledgerFields(
  subject: LedgerSubject,
  ledger: Ledger,
  before: Ledger | null,
): [field: string, value: string][] {
  const decisions = [
    ...ledger.batches.slice(before?.batches.length ?? 0).map((each) => ({ batch: each })),
    ...ledger.rejected.slice(before?.rejected.length ?? 0).map((each) => ({ rejected: each })),
    ...ledger.failures.slice(before?.failures.length ?? 0).map((each) => ({ failure: each })),
    ...ledger.suppressed.slice(before?.suppressed.length ?? 0).map((each) => ({ suppressed: each })),
  ];
  const decided = decisionCount(ledger);
  const { pending, taken, refusals, alone } = ledger;
  const fields = decisionFields(decided - decisions.length, decided);
  return [
    [LEDGER_FIELD, JSON.stringify({ ...subject, pending, taken, refusals, alone, decided })],
    ...decisions.map((each, index): [string, string] => [fields[index] ?? "", JSON.stringify(each)]),
  ];
}

/** Reads how many decisions a head speaks of. @returns 0 for what is no head */
export function decidedOf(text: string | null | undefined): number {
  return readHead(text)?.decided ?? 0;
}

/**
 * Reads a ledger.
 *
 * @param text - the head
 * @param decisions - the decisions that it speaks of, in their order
 * @returns `null` where there is none, or not all of it
 */
export function readLedger(
  text: string | null | undefined,
  decisions: readonly (string | null | undefined)[],
): KeptLedger | null {
  const read = readHead(text);
  if (read === null) return null;
  const { pending, taken, refusals, alone, decided: _, ...subject } = read;
  const decided = decisions.flatMap((each) => {
    const parsed = decision.safeParse(jsonOf(each));
    return parsed.success ? [parsed.data] : [];
  });
  // Whoever is in a decision that is not there would be in no count.
  if (decided.length !== read.decided) return null;
  const ledger = {
    pending,
    taken,
    refusals,
    alone,
    batches: decided.flatMap((each) => ("batch" in each ? [each.batch] : [])),
    rejected: decided.flatMap((each) => ("rejected" in each ? [each.rejected] : [])),
    failures: decided.flatMap((each) => ("failure" in each ? [each.failure] : [])),
    suppressed: decided.flatMap((each) => ("suppressed" in each ? [each.suppressed] : [])),
  };
  return { subject, ledger };
}

function readHead(text: string | null | undefined): z.infer<typeof head> | null {
  const parsed = head.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : null;
}

function jsonOf(text: string | null | undefined): unknown {
  return typeof text === "string" ? JSON.parse(text) : null;
}
