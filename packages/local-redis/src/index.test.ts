import { expect, test } from "@jest/globals";

import * as localRedis from "./index.ts";

test("exports exactly these names", () => {
  expect(Object.keys(localRedis).sort()).toEqual([
    "LocalRedisError",
    "freePort",
    "installPackage",
    "installRedis",
    "serverOnPath",
    "startRedis",
  ]);
});
