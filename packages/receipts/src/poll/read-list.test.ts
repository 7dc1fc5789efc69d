import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { PollAnswer } from "./poll-source.ts";
import { readList } from "./read-list.ts";

const START_MS = Date.UTC(2026, 10, 30);

type Row = { readonly id: number; readonly ms: number };

/** A provider's list: newest first, from the start of a window to before its end. */
async function* listOf(rows: readonly Row[], from: Date, to: Date): AsyncGenerator<PollAnswer<Row>> {
  const within = rows.filter(({ ms }) => ms >= from.getTime() && ms < to.getTime());
  for (const value of within.toSorted((one, other) => other.ms - one.ms)) yield { kind: "ok", value };
}

async function read(rows: readonly Row[], hours: number, isStopped = false) {
  const taken = new Set<number>();
  const moves: [number, number | undefined][] = [];
  const [from, to] = [new Date(START_MS), new Date(START_MS + hours * 3_600_000)];
  const width = { ms: 24 * 3_600_000 };
  const reading = {
    list: ({ start_date, end_date }: { start_date: Date; end_date: Date }) => listOf(rows, start_date, end_date),
    take: async (entries: readonly object[]) => {
      for (const entry of entries) taken.add(Reflect.get(entry, "id"));
    },
    atOf: (entry: object) => new Date(Reflect.get(entry, "ms")),
    pause: async () => !isStopped,
  };
  const end = await readList(reading, [from, to], width, async (readTo, newest) => {
    moves.push([
      readTo.getTime() - START_MS,
      newest && newest.getTime() - START_MS ? newest.getTime() - START_MS : undefined,
    ]);
  });
  return { taken, moves, end };
}

test("everything of a list is read, in whatever windows, and the place goes up to the end", async () => {
  const times = fc.array(fc.nat({ max: 3_600_000 * 40 }), { maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: 1, max: 48 }), async (offsets, hours) => {
      const rows = offsets.map((offset, id) => ({ id, ms: START_MS + offset }));
      const { taken, moves, end } = await read(rows, hours);
      expect(end).toEqual({ kind: "ok" });
      expect(taken.size).toBe(offsets.filter((offset) => offset < hours * 3_600_000).length);
      expect(moves.at(-1)?.[0]).toBe(hours * 3_600_000);
    }),
  );
});

test("what is too much for one window is read in narrower ones, the oldest first", async () => {
  const rows = Array.from({ length: 70_000 }, (_, id) => ({ id, ms: START_MS + id * 50 }));
  const { taken, moves } = await read(rows, 2);
  expect(taken.size).toBe(70_000);
  expect(moves.length).toBeGreaterThan(3);
  const ends = moves.map(([readTo]) => readTo);
  expect(ends).toEqual(ends.toSorted((one, other) => one - other));
});

test("whoever is stopped moves no place over what was not read", async () => {
  const rows = Array.from({ length: 500 }, (_, id) => ({ id, ms: START_MS + id }));
  const { taken, moves, end } = await read(rows, 1, true);
  expect({ end, moves, taken: taken.size }).toEqual({ end: { kind: "stopped" }, moves: [], taken: 100 });
});
