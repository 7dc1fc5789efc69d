import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { readPiece } from "@volley/contract";
import fc from "fast-check";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createFilterPool } from "../recipients/filter-pool.ts";
import { createListDigest } from "../recipients/list-digest.ts";
import { createOwnValuesReader } from "../recipients/own-values.ts";
import { createQueueAccess, type QueueAccess } from "../redis/queue-access.ts";
import { createRecipientIntake } from "../recipients/recipient-intake.ts";
import { giveAll } from "../recipients/recipient-source.ts";
import { createRedisLink } from "../redis/redis-link.ts";
import { createSeenFilter } from "../recipients/seen-filter.ts";
import { createStage } from "./stage.ts";
import { createStagingOnce, type OnceSizes } from "./stage-each-once.ts";

const TTL_MS = 60_000;
const MESSAGE = { from: "Volley", body: "Hi ${name}!" };

const prefix = ownPrefix();
let access: QueueAccess;

beforeAll(() => {
  access = createQueueAccess(createRedisLink(testRedisUrl(), 5_000), prefix);
});

afterAll(async () => {
  await access.close();
  await dropPrefix(prefix);
});

type Staged = { readonly pieces: string[][]; readonly names: Map<string, string>; readonly duplicate: number };

/** Stages entries with a filter of a size, and reads what is in Redis then. */
async function stageAll(entries: readonly unknown[], filterBytes: number, sizes: Partial<OnceSizes>): Promise<Staged> {
  const stage = createStage(access, TTL_MS);
  const filters = createFilterPool(() => createSeenFilter(filterBytes));
  const once = createStagingOnce(stage, new Map(), filters, { size: entries.length, ...sizes });
  const intake = createRecipientIntake(
    { digest: createListDigest(), readValues: createOwnValuesReader(MESSAGE, new Date()) },
    once.add,
  );
  await giveAll(entries, { take: intake.take, catchUp: once.room }, undefined);
  intake.end();
  await once.end();
  // Nobody has opened the connection yet when there was nothing to stage.
  const stored = await access.link.run(async () => access.link.connection.hgetall(stage.key));
  const pieces = Object.keys(stored)
    .toSorted((a, b) => Number(a) - Number(b))
    .map((index) => readPiece(stored[index] ?? "") ?? { recipients: [], parameters: new Map() });
  await stage.discard();
  return {
    pieces: pieces.map(({ recipients }) => [...recipients]),
    names: new Map(pieces.flatMap(({ parameters }) => [...(parameters.get("name") ?? [])])),
    duplicate: once.counts().duplicate,
  };
}

it("stages the same recipients as a plain set would, with the values of the first mention, however small the filter", async () => {
  const entry = fc.record({ person: fc.nat(6_000), isNamed: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { minLength: 0, maxLength: 5_000, size: "max" }),
      fc.constantFrom(64, 1_024, 65_536),
      fc.constantFrom(0, 1_500),
      fc.constantFrom(1, 100, 10_000),
      async (people, filterBytes, exact, suspects) => {
        const entries = people.map(({ person, isNamed }, index) => {
          const to = String(46_700_000_000 + person);
          return isNamed ? { to, parameters: { name: `Name ${index}` } } : to;
        });
        const first = new Map<string, string | undefined>();
        for (const mention of entries) {
          const [to, name] = typeof mention === "string" ? [mention] : [mention.to, mention.parameters.name];
          if (!first.has(to)) first.set(to, name);
        }
        const { pieces, names, duplicate } = await stageAll(entries, filterBytes, { exact, suspects });
        expect(pieces.flat().toSorted()).toEqual([...first.keys()].toSorted());
        expect(pieces.slice(0, -1).every(({ length }) => length === 1_000)).toBe(true);
        expect(duplicate).toBe(entries.length - first.size);
        expect(names).toEqual(new Map([...first].filter((one): one is [string, string] => one[1] !== undefined)));
      },
    ),
    { numRuns: 40 },
  );
});

it("keeps the order of a list without duplicates", async () => {
  const people = Array.from({ length: 12_345 }, (_, index) => String(46_700_000_000 + index));
  const { pieces } = await stageAll(people, 1_024 * 1_024, {});
  expect(pieces.flat()).toEqual(people);
});
