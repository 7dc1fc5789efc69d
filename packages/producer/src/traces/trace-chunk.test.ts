import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { chunksOf } from "./trace-chunk.ts";

const GROUP = "01FC66621XXXXX119Z8PMV1QPA";

const number = fc.bigInt({ min: 10n ** 6n, max: 10n ** 15n - 1n }).map(String);

describe("the chunks of a list", () => {
  it("have everybody once, sorted, with the place in the list, whatever the sizes of chunks and pages", async () => {
    const list = fc.uniqueArray(fc.oneof({ weight: 9, arbitrary: number }, fc.constant(GROUP)), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(list, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), async (to, most, size) => {
        const pages = function* () {
          for (let first = 0; first < to.length; first += size) {
            yield { recipients: to.slice(first, first + size), parameters: new Map() };
          }
        };
        const numbers = to.filter((recipient) => recipient !== GROUP);
        const [seen, groups]: [string[], string[]] = [[], []];
        for await (const chunk of chunksOf({ size: to.length, pages }, null, most)) {
          expect(chunk.count).toBeLessThanOrEqual(most);
          for (let place = 0; place < chunk.count; place += 1) {
            expect(numbers[chunk.ordinalAt(place)]).toBe(String(chunk.numberAt(place)));
            expect(chunk.placeOf(chunk.numberAt(place))).toBe(place);
            seen.push(String(chunk.numberAt(place)));
          }
          groups.push(...chunk.groups.keys());
        }
        expect([...seen, ...groups].toSorted()).toEqual(to.toSorted());
      }),
    );
  });
});
