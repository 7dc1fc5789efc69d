import { describe, expect, it } from "@jest/globals";
import { giveAll, isSource } from "./recipient-source.ts";

type Given = { readonly entries: unknown[]; readonly caughtUp: number[] };

/** Gives everything to a taker that wants a pause after every third entry. */
async function give(source: Iterable<unknown> | AsyncIterable<unknown>, signal?: AbortSignal): Promise<Given> {
  const entries: unknown[] = [];
  const caughtUp: number[] = [];
  const take = (entry: unknown): boolean => entries.push(entry) % 3 !== 0;
  await giveAll(source, { take, catchUp: async () => void caughtUp.push(entries.length) }, signal);
  return { entries, caughtUp };
}

async function* slowly(entries: Iterable<unknown>): AsyncGenerator {
  yield* entries;
}

const PAGED = [["a", "b"], "c", [], ["d", { to: "e" }, "f", "g"]];

it.each([
  ["a list", () => PAGED],
  ["a generator", () => new Set(PAGED).values()],
  ["an async generator", () => slowly(PAGED)],
])("takes single entries and pages from %s, and waits whenever the taker wants it", async (_, source) => {
  for (const signal of [undefined, new AbortController().signal]) {
    const { entries, caughtUp } = await give(source(), signal);
    expect(entries).toEqual(["a", "b", "c", "d", { to: "e" }, "f", "g"]);
    expect(caughtUp).toEqual([3, 6]);
  }
});

it("knows what yields entries; a string is one recipient", () => {
  expect([[], new Set(), slowly([])].every(isSource)).toBe(true);
  expect(["46701234567", null, undefined, 7, { length: 1 }].some(isSource)).toBe(false);
});

describe("a source that is left early", () => {
  it.each([
    ["sync", (left: () => void) => endless(left)],
    ["async", (left: () => void) => slowlyEndless(left)],
  ])("is told so, and the reason goes on as it is: %s", async (_, source) => {
    for (const signal of [undefined, new AbortController().signal]) {
      let isLeft = false;
      const reason = new Error("full");
      const catchUp = async (): Promise<void> => {
        throw reason;
      };
      const given = giveAll(
        source(() => (isLeft = true)),
        { take: () => false, catchUp },
        signal,
      );
      await expect(given).rejects.toBe(reason);
      expect(isLeft).toBe(true);
    }
  });

  it("is not waited for when the signal comes while its next entry does not", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const silent = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          setImmediate(() => controller.abort(reason));
          return new Promise<IteratorResult<unknown>>(() => {});
        },
      }),
    };
    await expect(give(silent, controller.signal)).rejects.toBe(reason);
  });
});

function* endless(left: () => void): Generator<string> {
  try {
    for (;;) yield "a";
  } finally {
    left();
  }
}

async function* slowlyEndless(left: () => void): AsyncGenerator<string> {
  yield* endless(left);
}
