import { expect, it } from "@jest/globals";
import { createKeptFilter } from "./kept-filter.ts";
import { createSeenFilter } from "./seen-filter.ts";

it("uses one filter after another list has given it back, empty", () => {
  let created = 0;
  const filters = createKeptFilter(() => {
    created += 1;
    return createSeenFilter(64);
  });
  const isNew = new Uint8Array(1);
  for (let list = 0; list < 3; list += 1) {
    const filter = filters.take();
    filter.add("46701234567", isNew);
    expect(isNew).toEqual(Uint8Array.of(1));
    filters.giveBack(filter);
  }
  expect(created).toBe(1);
});

it("never gives one filter to two lists at once", () => {
  const filters = createKeptFilter(() => createSeenFilter(64));
  expect(filters.take()).not.toBe(filters.take());
});
