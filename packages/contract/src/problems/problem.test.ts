import { expect, test } from "@jest/globals";
import { z } from "zod";
import { problemsOf } from "./problem.ts";

const schema = z.object({ outer: z.object({ inner: z.string() }) });
const issues = schema.safeParse({ outer: { inner: 5 } }).error?.issues ?? [];

test("names the path to a mistake and says what came", () => {
  expect(problemsOf(issues, { outer: { inner: 5 } }, [])).toEqual([
    { field: "outer.inner", message: "expected a string, got 5" },
  ]);
});

test.each([[{}], [{ outer: 5 }], [null]])("says that nothing came where the path leads nowhere: %p", (data) => {
  expect(problemsOf(issues, data, [])).toEqual([{ field: "outer.inner", message: "expected a string, got nothing" }]);
});

test("has no problem without an issue", () => {
  expect(problemsOf([], {}, ["from"])).toEqual([]);
});
