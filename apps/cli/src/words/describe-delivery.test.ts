import { expect, it } from "@jest/globals";
import { describeDelivery } from "./describe-delivery.ts";

const NOTHING = {
  delivered: 0,
  failed: 0,
  expired: 0,
  rejected: 0,
  deleted: 0,
  aborted: 0,
  canceled: 0,
  unknown: 0,
  unreported: 0,
  queued: 0,
  dispatched: 0,
  open: 0,
  by_code: {},
  last_at: null,
};

it("says what was heard, by the ends that there are, and the most frequent codes", () => {
  expect(describeDelivery("eu-a", NOTHING)).toEqual(["  reports: nothing was heard yet"]);
  const by_code = { 0: 1_200, 150: 3, 151: 2, 300: 1, 301: 1, 302: 1, 303: 1 };
  const delivery = { ...NOTHING, delivered: 1_200, failed: 9, open: 12, dispatched: 5, by_code };
  expect(describeDelivery("eu-a", delivery)).toEqual([
    "  reports: 1,200 delivered + 9 failed + 12 open (5 dispatched)",
    "  codes 150 unknown subscriber (3), 151 calls to it are barred (2), 300 the number is wrong (1), 301 (1), 302 (1) and 1 more: volley deliveries eu-a says who",
  ]);
});
