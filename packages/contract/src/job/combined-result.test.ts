import { expect, test } from "@jest/globals";
import { addCounts, combinedState, gravestState } from "./combined-result.ts";
import { noRecipients, type SendState } from "./result.ts";

test.each<[SendState, SendState[]]>([
  ["accepted", []],
  ["accepted", ["accepted"]],
  ["partial", ["accepted", "rejected"]],
  ["partial", ["partial"]],
  ["partial", ["partial", "unknown"]],
  ["unknown", ["expired", "canceled", "rejected", "unknown"]],
  ["rejected", ["expired", "canceled", "rejected"]],
  ["canceled", ["expired", "canceled"]],
  ["expired", ["expired"]],
])("a whole is %s when its parts are %j", (whole, parts) => {
  expect(combinedState(new Set(parts))).toBe(whole);
});

test("nothing grave at all is unknown", () => {
  expect(gravestState(new Set())).toBe("unknown");
});

test("every count is added to its own", () => {
  const counts = {
    requested: 28,
    accepted: 1,
    rejected: 2,
    duplicate: 3,
    suppressed: 4,
    expired: 5,
    canceled: 6,
    unknown: 7,
  };
  expect(addCounts(counts, noRecipients(1))).toEqual({ ...counts, requested: 29 });
  expect(addCounts(counts, counts)).toEqual(
    Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, 2 * count])),
  );
});
