import type { AskVia, ChaosPlanOptions, PlannedAsk } from "./chaos-plan.ts";
import type { SeededRandom } from "./seeded-random.ts";

type Size = { readonly smallest: number; readonly largest: number };

/** A kind of send. */
type Kind = Size & {
  /** Of all recipients; there is at least one send of the kind. */
  readonly share: number;
  readonly via: readonly AskVia[];
};

/** What is asked for: how the recipients are shared out, how large each send is, and how it is asked for. */
const KINDS: Readonly<Record<"staged" | "big" | "partSized" | "small" | "coalesced", Kind>> = {
  /** Beyond what travels in a job: a list of this size is staged, too. */
  staged: { share: 0.3, smallest: 10_001, largest: 12_000, via: ["stream", "stream", "producer"] },
  /** Split into parts by the worker. */
  big: { share: 0.2, smallest: 1_001, largest: 3_500, via: ["producer", "bullmq", "stream"] },
  /** One batch, or several lots of it where the region is paced. */
  partSized: { share: 0.35, smallest: 50, largest: 1_000, via: ["producer", "bullmq", "stream"] },
  small: { share: 0.07, smallest: 1, largest: 5, via: ["producer", "bullmq"] },
  /** Messages that come up within a moment. */
  coalesced: { share: 0.08, smallest: 5, largest: 120, via: ["coalesce"] },
};

const URGENT_SHARE = 0.15;

/** Sends of all kinds in a random order, all through the run. */
export function planAsks(options: ChaosPlanOptions, random: SeededRandom): PlannedAsk[] {
  const kinds = Object.values(KINDS).flatMap((kind) => {
    return fill(options.recipients * kind.share, kind, random).map((recipients) => ({ recipients, via: kind.via }));
  });
  const durationMs = options.seconds * 1_000;
  let first = 0;
  const asks = random.shuffle(kinds).map(({ recipients, via }, index): PlannedAsk => {
    const isBare = recipients <= KINDS.small.largest || via === KINDS.coalesced.via;
    const ask: PlannedAsk = {
      atMs: random.integer(0, durationMs),
      key: `ask-${index}`,
      region: random.pick(options.regions),
      via: random.pick(via),
      isUrgent: random.next() < URGENT_SHARE,
      recipients,
      first,
      duplicates: isBare ? 0 : random.integer(0, 3),
      invalid: isBare ? 0 : random.integer(0, 2),
      hasParameters: random.next() < 0.6,
    };
    first += recipients;
    return ask;
  });
  return asks.sort((a, b) => a.atMs - b.atMs);
}

/** At least one send, and as many as it takes to reach the number. */
function fill(recipients: number, { smallest, largest }: Size, random: SeededRandom): number[] {
  const sizes: number[] = [];
  for (let left = recipients; sizes.length === 0 || left > 0;) {
    const size = random.integer(smallest, largest);
    sizes.push(size);
    left -= size;
  }
  return sizes;
}
