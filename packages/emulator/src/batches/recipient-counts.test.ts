import { describe, expect, test } from "@jest/globals";
import { RecipientCounts } from "./recipient-counts.ts";

const GROUP = "01HEAWCHESCXG8SDG5R10VF8E1";

describe("RecipientCounts", () => {
  test("keeps the sums over numbers and groups", () => {
    const counts = new RecipientCounts();
    counts.add([46701234567, 46701234568, GROUP]);
    counts.add([46701234567, GROUP, GROUP]);
    expect(counts.totals()).toEqual({ recipients: 3, texted: 6, texted_more_than_once: 2 });
    expect([counts.times(46701234567), counts.times(46701234568), counts.times(GROUP)]).toEqual([2, 1, 3]);
  });

  test("subtracting undoes adding", () => {
    const counts = new RecipientCounts();
    counts.add([46701234567, GROUP]);
    counts.add([46701234567, GROUP]);
    counts.subtract([46701234567, GROUP]);
    expect(counts.totals()).toEqual({ recipients: 2, texted: 2, texted_more_than_once: 0 });
    counts.subtract([46701234567, GROUP]);
    expect(counts.totals()).toEqual({ recipients: 0, texted: 0, texted_more_than_once: 0 });
  });

  test("keeps what is noted of a group out of every sum", () => {
    const counts = new RecipientCounts();
    counts.noteGroup(GROUP, 1);
    counts.add([GROUP]);
    expect([counts.times(GROUP), counts.totals()]).toEqual([2, { recipients: 1, texted: 1, texted_more_than_once: 0 }]);
    counts.noteGroup(GROUP, -1);
    counts.subtract([GROUP]);
    expect([counts.times(GROUP), counts.totals()]).toEqual([0, { recipients: 0, texted: 0, texted_more_than_once: 0 }]);
  });
});
