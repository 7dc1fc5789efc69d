import { expect, it } from "@jest/globals";
import { describeDelivery, endsInWords, sumOfEnds } from "./describe-delivery.ts";

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

it("says as which send it went once more to those whose messages had failed", () => {
  const lines = describeDelivery("eu-a", { ...NOTHING, failed: 2, retried_as: "eu-b" });
  expect(lines.at(-1)).toBe("  sent once more to whose messages had failed: volley status eu-b");
});

it("adds up the ends of several sends", () => {
  const one = { ...NOTHING, delivered: 1_000, failed: 2, open: 3 };
  const other = { ...NOTHING, delivered: 500, unreported: 1 };
  const { ends, total } = sumOfEnds([one, other]);
  expect(endsInWords(ends)).toEqual(["1,500 delivered", "2 failed", "1 unreported"]);
  expect(total).toBe(1_503);
});
