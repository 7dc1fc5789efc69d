import { expect, test } from "@jest/globals";
import * as sinch from "./index.ts";

test("exports these names and no others", () => {
  expect(Object.keys(sinch).toSorted()).toEqual([
    "DEFAULT_TIMEOUT_MS",
    "FAILURE_CAUSES",
    "PUBLISHED_REGIONS",
    "SINCH_CODES",
    "createSinchClient",
    "failureCause",
    "isSinchCode",
    "mayBeAccepted",
    "publishedBaseUrl",
    "rejectedRecipientIndex",
  ]);
});

test("gives a request eight seconds", () => {
  expect(sinch.DEFAULT_TIMEOUT_MS).toBe(8_000);
});
