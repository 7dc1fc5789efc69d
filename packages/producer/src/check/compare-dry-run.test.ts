import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { CheckOptions } from "./check-send.ts";
import type { DryRun, DryRunBatch } from "./compare-dry-run.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import type { RecipientEntry } from "../recipients/recipient-source.ts";

const SEND = { from: "Volley", body: "Hi" };

let producer: Producer;

beforeAll(() => {
  // Nobody listens there: whatever is checked without a region asks nobody.
  producer = createProducer({ redis: "redis://127.0.0.1:1" });
});

afterAll(async () => producer.close());

async function checked(fields: { to: AsyncIterable<RecipientEntry[]>; from?: string }, options?: CheckOptions) {
  return producer.check({ ...SEND, ...fields }, options);
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

async function* pagesOf(...pages: RecipientEntry[][]): AsyncGenerator<RecipientEntry[]> {
  yield* pages;
}

/** Answers with as many messages as the test says. */
function provider(answer: (batch: DryRunBatch) => number): { ask: DryRun; batches: DryRunBatch[] } {
  const batches: DryRunBatch[] = [];
  const ask: DryRun = async (batch) => {
    batches.push(batch);
    return { number_of_recipients: batch.to.length, number_of_messages: answer(batch) };
  };
  return { ask, batches };
}

describe("the dry run of a check", () => {
  const BODY = { body: "Hi ${name}", parameters: { name: { "46700000001": "Bo", default: "you" } } };

  it("asks about the very batches that would be sent, each recipient with nobody else's values", async () => {
    const { ask, batches } = provider(({ to }) => to.length);
    const to = pagesOf([{ to: "46700000000", parameters: { name: "Ann" } }, ...numbers(1_002), "x"]);
    const fields = {
      ...BODY,
      to,
      client_reference: "mine",
      label: "spring",
      delivery_report: "full" as const,
      retry_codes: [201],
      priority: "urgent" as const,
      options: { flash_message: true },
    };
    const { dryRun } = await checked(fields, { dryRun: ask });
    expect(batches.map((batch) => batch.to.length)).toEqual([1_000, 2]);
    expect(batches[0]).toEqual({
      type: "mt_text",
      from: "Volley",
      body: "Hi ${name}",
      delivery_report: "full",
      flash_message: true,
      to: numbers(1_000),
      parameters: { name: { "46700000000": "Ann", "46700000001": "Bo", default: "you" } },
    });
    expect(batches[1]).toMatchObject({ parameters: { name: { default: "you" } } });
    const counts = { recipients: 1_002, segments: 1_002 };
    expect(dryRun).toEqual({
      batches: 2,
      agrees: true,
      ours: counts,
      theirs: counts,
      differing: 0,
      differences: [],
      failure: null,
    });
  });

  it("says where the provider counts differently", async () => {
    const { ask } = provider(({ to }) => (to.length === 1_000 ? 1_000 : 9));
    const { dryRun } = await checked({ to: pagesOf(numbers(1_003)) }, { dryRun: ask });
    expect(dryRun).toMatchObject({
      agrees: false,
      ours: { segments: 1_003 },
      theirs: { segments: 1_009 },
      differing: 1,
      differences: [{ batch: 1, ours: { recipients: 3, segments: 3 }, theirs: { recipients: 3, segments: 9 } }],
    });
  });

  it("ends at the first failure, and the check goes on", async () => {
    let asked = 0;
    const ask: DryRun = async ({ to }) => {
      asked += 1;
      if (asked === 2) throw new Error("unauthorized");
      return { number_of_messages: to.length };
    };
    const { dryRun, recipients } = await checked({ to: pagesOf(numbers(5_000)) }, { dryRun: ask });
    expect(asked).toBe(2);
    expect(recipients.valid).toBe(5_000);
    expect(dryRun).toMatchObject({ batches: 1, agrees: false, failure: { batch: 1, message: "unauthorized" } });
  });

  it("is not made for a send that would be refused", async () => {
    const { ask, batches } = provider(() => 1);
    const { dryRun } = await checked({ from: "much too long a sender", to: pagesOf(numbers(1)) }, { dryRun: ask });
    expect([dryRun, batches]).toEqual([null, []]);
  });
});

it("is never further ahead in its source than two batches, however long it is", async () => {
  let yielded = 0;
  function* source(): Generator<string> {
    for (const number of numbers(200_000)) {
      yielded += 1;
      yield number;
    }
  }
  let asked = 0;
  let furthest = 0;
  const ask: DryRun = async ({ to }) => {
    furthest = Math.max(furthest, yielded - asked);
    asked += to.length;
    return { number_of_messages: to.length };
  };
  const { recipients, dryRun } = await producer.check({ ...SEND, to: source() }, { dryRun: ask });
  expect(recipients).toMatchObject({ requested: 200_000, valid: 200_000 });
  expect(dryRun).toMatchObject({ batches: 200, agrees: true });
  expect(furthest).toBeLessThanOrEqual(2_000);
});
