import { expect, it } from "@jest/globals";
import * as worker from "./index.ts";

it("exports these names and no others", () => {
  expect(Object.keys(worker).toSorted()).toEqual([
    "DEFAULT_SETTINGS",
    "memoryForJobs",
    "startVolleyWorker",
    "writeRefusalOf",
  ]);
});
