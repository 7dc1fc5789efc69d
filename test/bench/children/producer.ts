import { createProducer, type Producer } from "@volley/producer";
import { nameOf, pagesOfPeople, people, person } from "./people.ts";
import { serve } from "./serve.ts";

/** How a list comes to the producer. */
export type Shape = "list" | "entries" | "pages" | "named";

type List = { readonly recipients: number; readonly shape: Shape };

type Enqueue = List & {
  readonly key: string;
  readonly region: string;
  readonly priority?: "urgent";
  /** Whether the list was made before, so that only the producer's own work is measured. */
  readonly isReady?: boolean;
  /** Where the list begins among all people. */
  readonly first?: number;
};

type Messages = {
  readonly count: number;
  readonly region: string;
  readonly key: string;
  /** Calls that wait for their answer at once. @default all of them */
  readonly atOnce?: number;
};

type Campaigns = Messages & { readonly recipients: number };

type Entry = string | { readonly to: string; readonly parameters: { readonly name: string } };

/** What a stream from a database gives at once. */
const PAGE = 1_000;

const FROM = "12015550123";
const TEXT = "The doors open at seven. See you there!";
const NAMED_TEXT = "Hi ${name}, the doors open at seven. See you!";

let opened: Producer | null = null;
let ready: readonly (Entry | readonly Entry[])[] = [];

const producer = (): Producer => {
  if (opened === null) throw new Error("not connected");
  return opened;
};

/** A service that has messages to send. */
serve({
  connect: async ({ redisUrl }: { readonly redisUrl: string }) => {
    opened = createProducer({ redis: redisUrl, timeoutMs: 60_000 });
    // Nobody measures how long connecting takes.
    await opened.status("us-00000000000000000000");
  },
  prepare: async (list: List) => {
    ready = [...listOf(list, 0)];
  },
  enqueue: async ({ key, region, priority, isReady = false, first = 0, ...list }: Enqueue) => {
    const stream = isReady ? streamOf(ready) : listOf(list, first);
    // A short list travels inside its job; whatever yields recipients one by one is staged.
    const to = list.shape === "list" ? [...stream] : stream;
    const body = list.shape === "named" ? NAMED_TEXT : TEXT;
    const message = { from: FROM, body, to, ...(priority !== undefined && { priority }) };
    const startedAt = Date.now();
    const start = performance.now();
    const { id, recipients } = await producer().enqueue(message, { region, idempotencyKey: key });
    return { id, startedAt, durationMs: performance.now() - start, recipients };
  },
  coalesce: async ({ count, region, key, atOnce = count }: Messages) => {
    const startedAt = Date.now();
    const start = performance.now();
    for (let first = 0; first < count; first += atOnce) {
      const calls = Array.from({ length: Math.min(atOnce, count - first) }, async (_, at) => {
        const index = first + at;
        const message = { from: FROM, body: NAMED_TEXT, to: person(index), parameters: { name: nameOf(index) } };
        return producer().coalesce(message, { region, idempotencyKey: `${key} ${index}` });
      });
      await Promise.all(calls);
    }
    return { startedAt, durationMs: performance.now() - start };
  },
  campaigns: async ({ count, region, key, recipients }: Campaigns) => {
    const startedAt = Date.now();
    const calls = Array.from({ length: count }, async (_, index) => {
      const message = { from: FROM, body: TEXT, to: [...people(recipients, index * recipients)] };
      return producer().enqueue(message, { region, idempotencyKey: `${key} ${index}` });
    });
    return { startedAt, ids: (await Promise.all(calls)).map(({ id }) => id) };
  },
});

function* listOf({ recipients, shape }: List, first: number): Generator<Entry | Entry[]> {
  if (shape === "pages") yield* pagesOfPeople(recipients, PAGE, first);
  else if (shape === "named") yield* namedPeople(recipients, first);
  else yield* people(recipients, first);
}

function* namedPeople(count: number, first: number): Generator<Entry> {
  for (let index = first; index < first + count; index += 1) {
    yield { to: person(index), parameters: { name: nameOf(index) } };
  }
}

/** A generator, where an array would tell how long it is. */
function* streamOf<Each>(list: readonly Each[]): Generator<Each> {
  yield* list;
}
