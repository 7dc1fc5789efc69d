import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { DELIVERY_CODES } from "./delivery-codes.ts";

const page = readFileSync(new URL("../../../../docs/codes.md", import.meta.url), "utf8");

it("are in docs/codes.md in the same words, each with what can be done", () => {
  const section = /\n## Delivery codes\n([^]*?)\n## /.exec(page)?.[1] ?? "";
  const rows = [...section.matchAll(/^\| +(\d+) \| (.+?) +\| (.+?) +\|$/gm)];
  expect(rows.map(([, code, words]) => [code, words])).toEqual([...DELIVERY_CODES]);
  expect(rows.every(([, , , advice = ""]) => advice.trim() !== "")).toBe(true);
});
