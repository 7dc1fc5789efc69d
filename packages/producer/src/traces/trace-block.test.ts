import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { OwnDigest } from "./own-digest.ts";
import { findInBlock, packBlocks, type TraceBlock, withoutNumber } from "./trace-block.ts";
import { chunksOf, type TraceChunk } from "./trace-chunk.ts";

type Entry = readonly [recipient: string, value: number];

/** As if each had one value, of which the digest says everything. */
async function chunkOf(entries: readonly Entry[], isPersonal: boolean): Promise<TraceChunk> {
  const values = new Map(entries);
  const page = { recipients: [...values.keys()], parameters: new Map() };
  const digestOf: OwnDigest = (recipient, _, digests, at) => {
    digests.fill(0, at, at + 8);
    digests.writeUInt32BE(values.get(recipient) ?? 0, at);
  };
  const list = { size: values.size, pages: () => [page] };
  for await (const chunk of chunksOf(list, isPersonal ? digestOf : null)) return chunk;
  throw new Error("the list is empty");
}

function foundIn(chunk: TraceChunk, blocks: readonly TraceBlock[]): string[] {
  const found: number[] = [];
  for (const { bytes } of blocks) findInBlock(chunk, bytes, (place) => found.push(chunk.numberAt(place)));
  return found.map(String).toSorted();
}

const recipient = fc
  .oneof(fc.integer({ min: 46_700_000_000, max: 46_700_000_300 }), fc.bigInt({ min: 10n ** 6n, max: 10n ** 15n - 1n }))
  .map(String);

const entries = fc.uniqueArray(fc.tuple(recipient, fc.nat(2)), { minLength: 1, maxLength: 60, selector: ([to]) => to });

describe("the blocks of a trace", () => {
  it("have exactly the numbers that were written, each with the digest of what is its own", async () => {
    await fc.assert(
      fc.asyncProperty(entries, entries, fc.boolean(), async (written, looked, isPersonal) => {
        const blocks = [...packBlocks(await chunkOf(written, isPersonal))];
        const known = new Map(written);
        const expected = looked.filter(([to, value]) => (isPersonal ? known.get(to) === value : known.has(to)));
        const found = foundIn(await chunkOf(looked, isPersonal), blocks);
        expect(found).toEqual(expected.map(([to]) => to).toSorted());
      }),
    );
  });

  it("lose one number, and nobody else", async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(), recipient, fc.boolean(), async (written, place, other, isPersonal) => {
        const chunk = await chunkOf(written, isPersonal);
        const blocks = [...packBlocks(chunk)];
        const gone = written[place % written.length]?.[0] ?? "0";
        const left = blocks.map(({ bytes }) => withoutNumber(bytes, Number(gone))).filter((block) => block !== null);
        const kept = written.map(([to]) => to).filter((to) => to !== gone);
        expect(foundIn(chunk, left)).toEqual(kept.toSorted());
        const [first, last] = [Math.min(...kept.map(Number)), Math.max(...kept.map(Number))];
        expect(left).toMatchObject([kept.length === 0 ? { first: 0 } : { first, last }]);
        const isThere = written.some(([to]) => to === other);
        for (const { bytes } of blocks) expect(withoutNumber(bytes, Number(other)) !== null).toBe(isThere);
      }),
    );
  });

  it.each([
    ["next to one another", 1],
    ["of one country", 1_000],
    ["of half the world", 10_000_000],
  ])("take less than ten bytes for each of many numbers %s, and none is lost between two", async (_, gap) => {
    let number = 12_000_000_000;
    const many = Array.from({ length: 20_000 }, (__, index): Entry => {
      number += 1 + Math.floor(2 * gap * Math.abs(Math.sin(index)));
      return [String(number), index];
    });
    const chunk = await chunkOf(many, true);
    const blocks = [...packBlocks(chunk)];
    expect(blocks.length).toBeGreaterThan(5);
    expect(blocks.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(10 * many.length);
    for (const { bytes } of blocks) expect(bytes.length).toBeLessThan(16 * 1_024 - 6);
    for (const [index, { first, last }] of blocks.entries()) {
      expect(last).toBeLessThan(blocks[index + 1]?.first ?? Number.POSITIVE_INFINITY);
      expect(first).toBeLessThanOrEqual(last);
    }
    expect(foundIn(chunk, blocks)).toHaveLength(many.length);
  });

  it("tell two values apart wherever their digests differ within the first six bytes", async () => {
    const [ann, bo] = [await chunkOf([["46701234567", 1]], true), await chunkOf([["46701234567", 2]], true)];
    const blocks = [...packBlocks(ann)];
    expect(foundIn(ann, blocks)).toEqual(["46701234567"]);
    expect(foundIn(bo, blocks)).toEqual([]);
  });
});
