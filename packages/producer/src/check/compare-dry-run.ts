import {
  onTheWire,
  type Parameters,
  parametersFor,
  readPiece,
  wireFields,
  withPieceParameters,
} from "@volley/contract";
import type { CountableMessage } from "./check-message.ts";
import type { CheckedDryRun, DryRunCounts } from "./check-report.ts";
import { type OwnValues, splitParameters } from "../recipients/own-values.ts";
import { createPieceBuilder } from "../recipients/piece-builder.ts";

/** A batch in the provider's own names, of at most 1,000 recipients; `send_at`, `expire_at` and reference are left out. */
export type DryRunBatch = { readonly to: readonly string[]; readonly [field: string]: unknown };

/** Asks the provider what a batch would come to. What it throws ends the dry run, and its message stands in the report. */
export type DryRun = (
  batch: DryRunBatch,
) => Promise<{ readonly number_of_recipients?: number | undefined; readonly number_of_messages: number }>;

/** Asks the provider about batch after batch, and compares. */
export type DryRunComparison = {
  /** @param segments - of the recipient's text, as we count them */
  readonly add: (recipient: string, own: OwnValues | null, segments: number) => void;
  /** Asks about the batches that are full. */
  readonly catchUp: () => Promise<void>;
  /** Asks about the last one, too. */
  readonly end: () => Promise<CheckedDryRun>;
};

/** A batch that is to be asked about. */
type FullPiece = { readonly text: string; readonly segments: number };

/** Differences that are named one by one. */
const MOST_NAMED = 20;

/**
 * Creates a comparison. Recipients are put together into pieces as staging does it, and a piece is read as a worker does:
 * the provider is asked about the very batches that it would get. One is asked about at a time.
 */
export function createDryRunComparison(countable: CountableMessage, ask: DryRun): DryRunComparison {
  const { common, listed } = splitParameters(countable.parameters);
  const defaults = new Map(Object.entries(common).map(([key, values]) => [key, new Map(Object.entries(values))]));
  const full: FullPiece[] = [];
  let segments = 0;
  const builder = createPieceBuilder(listed, (piece) => {
    full.push({ text: piece, segments });
    segments = 0;
  });
  const counts = startedCounts();
  const catchUp = async (): Promise<void> => {
    for (let piece = full.shift(); piece !== undefined; piece = full.shift()) {
      if (counts.failure === null) await compare(batchOf(piece.text, countable, defaults), piece.segments, ask, counts);
    }
  };
  return {
    add: (recipient, own, ofText) => {
      segments += ofText;
      builder.add(recipient, own);
    },
    catchUp,
    end: async () => {
      builder.end();
      await catchUp();
      return { ...counts, agrees: counts.failure === null && counts.differing === 0 };
    },
  };
}

type Mutable = { -readonly [Name in keyof DryRunCounts]: DryRunCounts[Name] };

type Counts = {
  batches: number;
  differing: number;
  failure: CheckedDryRun["failure"];
  readonly ours: Mutable;
  readonly theirs: Mutable;
  readonly differences: CheckedDryRun["differences"][number][];
};

function startedCounts(): Counts {
  const none = { recipients: 0, segments: 0 };
  return { batches: 0, ours: { ...none }, theirs: { ...none }, differing: 0, differences: [], failure: null };
}

async function compare(batch: DryRunBatch, segments: number, ask: DryRun, counts: Counts): Promise<void> {
  const ours = { recipients: batch.to.length, segments };
  const theirs = await ask(batch).then(
    ({ number_of_recipients: recipients = ours.recipients, number_of_messages }) => ({
      recipients,
      segments: number_of_messages,
    }),
    (error: unknown) => {
      const message = error instanceof Error ? error.message : "unknown error";
      counts.failure = { batch: counts.batches, message };
      return null;
    },
  );
  if (theirs === null) return;
  add(counts.ours, ours);
  add(counts.theirs, theirs);
  if (theirs.recipients !== ours.recipients || theirs.segments !== ours.segments) {
    counts.differing += 1;
    if (counts.differences.length < MOST_NAMED) counts.differences.push({ batch: counts.batches, ours, theirs });
  }
  counts.batches += 1;
}

function add(sum: Mutable, { recipients, segments }: DryRunCounts): void {
  sum.recipients += recipients;
  sum.segments += segments;
}

function batchOf(piece: string, { message }: CountableMessage, defaults: Parameters): DryRunBatch {
  const { recipients, parameters: own } = readPiece(piece) ?? { recipients: [], parameters: new Map() };
  const { body, parameters: named } = onTheWire(message.body, withPieceParameters(defaults, own));
  const parameters = parametersFor(named, recipients);
  return { ...wireFields(message), body, to: recipients, ...(parameters && { parameters }) };
}
