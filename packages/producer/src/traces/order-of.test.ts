import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { orderOf } from "./order-of.ts";

it("is that of the numbers, whatever they are and wherever equal ones stand", () => {
  const number = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.bigInt({ min: 1n, max: 10n ** 15n - 1n }).map(Number));
  fc.assert(
    fc.property(fc.array(number), fc.nat(3), (numbers, spare) => {
      // The array may have more room than numbers.
      const room = Float64Array.from([...numbers, ...Array.from({ length: spare }, () => 7)]);
      const order = orderOf(room, numbers.length);
      expect([...order].map((position) => numbers[position])).toEqual(numbers.toSorted((a, b) => a - b));
      expect(new Set(order).size).toBe(numbers.length);
    }),
  );
});
