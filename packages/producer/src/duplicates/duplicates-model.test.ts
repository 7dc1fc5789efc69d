import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { queueName, readPiece, stageKey } from "@volley/contract";
import { Queue } from "bullmq";
import fc from "fast-check";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { DuplicatesError } from "./duplicates.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import { ProducerError } from "../terms/producer-error.ts";
import type { SendToMany } from "../recipients/recipient-source.ts";

let redis: Redis;
let calls = 0;

beforeAll(() => {
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
});

afterAll(() => redis.disconnect());

const GROUPS = ["01FC66621XXXXX119Z8PMV1QPA", "01FC66621XXXXX119Z8PMV1QPB"];

const anybody = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 40 }).map((index) => String(46_700_000_000 + 997 * index)) },
  { weight: 1, arbitrary: fc.constantFrom(...GROUPS) },
);

/** One call: some people, each with one of few values, by a list or by a stream. */
const call = fc.record({
  people: fc.uniqueArray(fc.tuple(anybody, fc.constantFrom("a", "b")), {
    minLength: 1,
    maxLength: 30,
    selector: ([to]) => to,
  }),
  ifFound: fc.constantFrom("refuse", "skip", "send"),
  isStream: fc.boolean(),
  body: fc.constantFrom("Hello", "Hi ${name}"),
});

type Call = Parameters<Parameters<typeof call.map>[0]>[0];

function sendOf({ people, isStream, body }: Call): SendToMany {
  const isPersonal = body.includes("$");
  const values = Object.fromEntries(people);
  if (!isStream) {
    return { from: "Volley", body, to: people.map(([to]) => to), ...(isPersonal && { parameters: { name: values } }) };
  }
  return { from: "Volley", body, to: people.map(([to, name]) => (isPersonal ? { to, parameters: { name } } : { to })) };
}

/** What comes of a call: whom it texts with what, and how many were found. */
type Outcome = {
  readonly texts: readonly string[];
  readonly found: number;
  readonly valid: number;
  readonly code: string | null;
};

/** What has to come of it by what everybody got before. */
function expectedOf({ people, body, ifFound }: Call, got: ReadonlySet<string>): Outcome {
  const all = people.map(([to, name]) => `${to} ${body.replace("${name}", name)}`);
  const isNew = all.filter((text) => !got.has(text));
  const found = all.length - isNew.length;
  const refused = { texts: [], valid: 0 };
  if (found > 0 && ifFound === "refuse") return { ...refused, found, code: "VOLLEY_DUPLICATES" };
  if (isNew.length === 0 && ifFound === "skip") return { ...refused, found: 0, code: "VOLLEY_NOBODY_LEFT" };
  const texts = (ifFound === "skip" ? isNew : all).toSorted();
  return { texts, found, valid: texts.length, code: null };
}

async function outcomeOf(producer: Producer, prefix: string, given: Call): Promise<Outcome> {
  const { ifFound } = given;
  const options = { region: "eu", idempotencyKey: `call ${(calls += 1)}`, duplicates: { ifFound } } as const;
  try {
    const { id, recipients, duplicates } = await producer.enqueue(sendOf(given), options);
    const texts = (await textsOf(prefix, id)).toSorted();
    return { texts, found: duplicates?.found ?? 0, valid: recipients.valid, code: null };
  } catch (error) {
    if (!(error instanceof ProducerError)) throw error;
    return { texts: [], found: error instanceof DuplicatesError ? error.found : 0, valid: 0, code: error.code };
  }
}

/** What a send on the queue has: everybody with the text that they get. */
async function textsOf(prefix: string, id: string): Promise<string[]> {
  const queue = new Queue(queueName("eu"), { connection: redis, prefix });
  const job = await queue.getJob(id);
  const { body, to, parameters, staged } = Object(job?.data) as {
    body: string;
    to?: string[];
    parameters?: { name: Record<string, string> };
    staged?: { id: string };
  };
  await queue.close();
  const textFor = (recipient: string, name: string | undefined): string => {
    return `${recipient} ${body.replace("${name}", name ?? "?")}`;
  };
  if (to) return to.map((each) => textFor(each, parameters?.name[each]));
  const pieces = (await redis.hvals(stageKey(prefix, staged?.id ?? ""))).map(readPiece);
  return pieces.flatMap((piece) => {
    return piece?.recipients.map((each) => textFor(each, piece.parameters.get("name")?.get(each))) ?? [];
  });
}

it("nobody who did not get a text is ever left out, and nobody who did gets it again, whatever came before", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 2, maxLength: 6 }), async (given) => {
      const prefix = ownPrefix();
      const producer = createProducer({ redis, prefix });
      const got = new Set<string>();
      for (const each of given) {
        const outcome = await outcomeOf(producer, prefix, each);
        expect(outcome).toEqual(expectedOf(each, got));
        for (const text of outcome.texts) got.add(text);
      }
      await producer.close();
      await dropPrefix(prefix);
    }),
    { numRuns: 60 },
  );
});
