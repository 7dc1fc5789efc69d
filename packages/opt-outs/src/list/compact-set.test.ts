import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createCompactSet } from "./compact-set.ts";

test("knows whom a set of pairs would know, whatever was added and removed", () => {
  // Few numbers that differ much, so that slots are shared and freed again.
  const token = fc.constantFrom(...Array.from({ length: 400 }, (_, index) => 1 + index ** 5 * 977));
  const step = fc.record({ token, scope: fc.integer({ min: 0, max: 2 }), isAdded: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 1_500, size: "max" }), (steps) => {
      const set = createCompactSet();
      const model = new Set<string>();
      for (const { token: number, scope, isAdded } of steps) {
        if (isAdded) set.add(number, scope);
        else set.remove(number, scope);
        if (isAdded) model.add(`${number}/${scope}`);
        else model.delete(`${number}/${scope}`);
      }
      expect(set.size()).toBe(model.size);
      for (const { token: number, scope } of steps) {
        const isIn = set.among(Float64Array.of(number), (own) => own === scope).length > 0;
        expect(isIn).toBe(model.has(`${number}/${scope}`));
      }
    }),
    { numRuns: 10 },
  );
});
