import type { ChaosPlanOptions, PlannedAsk } from "./chaos-plan.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** How the recipients are shared out over sizes of sends. */
const SHARES = { big: 0.4, partSized: 0.45, small: 0.1 } as const;

type Size = { readonly smallest: number; readonly largest: number };

/** Split into parts by the worker. */
const BIG: Size = { smallest: 1_001, largest: 3_500 };

/** One batch. */
const PART_SIZED: Size = { smallest: 50, largest: 1_000 };

const SMALL: Size = { smallest: 1, largest: 5 };

/** Sends of all sizes in a random order, all through the run. */
export function planAsks(options: ChaosPlanOptions, random: SeededRandom): PlannedAsk[] {
  const sizes = random.shuffle(planSizes(options.recipients, random));
  const durationMs = options.seconds * 1_000;
  let first = 0;
  const asks = sizes.map((recipients, index): PlannedAsk => {
    const isSmall = recipients <= SMALL.largest;
    const ask: PlannedAsk = {
      atMs: random.integer(0, durationMs),
      key: `ask-${index}`,
      region: random.pick(options.regions),
      via: random.pick(["producer", "bullmq"]),
      recipients,
      first,
      duplicates: isSmall ? 0 : random.integer(0, 3),
      invalid: isSmall ? 0 : random.integer(0, 2),
      hasParameters: recipients > PART_SIZED.largest || random.next() < 0.5,
    };
    first += recipients;
    return ask;
  });
  return asks.sort((a, b) => a.atMs - b.atMs);
}

function planSizes(recipients: number, random: SeededRandom): number[] {
  const big = fill(recipients * SHARES.big, BIG, random);
  const partSized = fill(recipients * SHARES.partSized, PART_SIZED, random);
  const sizes = [...big, ...partSized];
  const left = recipients - sizes.reduce((sum, size) => sum + size, 0);
  return [...sizes, ...fill(Math.max(left, recipients * SHARES.small), SMALL, random)];
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
