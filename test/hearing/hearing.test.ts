import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { hear } from "@volley/opt-outs";
import { PARTS, readCorpus } from "./corpus.ts";
import { measure } from "./measure.ts";

const all = PARTS.flatMap((part) => readCorpus(part));

test("the corpus has 400 texts, in eight languages or more, each of them once", () => {
  expect(all.length).toBeGreaterThanOrEqual(400);
  expect(new Set(all.map(({ language }) => language)).size).toBeGreaterThanOrEqual(8);
  expect(new Set(all.map(({ language, text }) => `${language} ${text}`)).size).toBe(all.length);
});

test("of the texts that the rules were made by none that asks to stop is missed, and none is a stop that does not", () => {
  const wrong = readCorpus("tuned").filter(({ label, text }) => {
    const heard = hear(text);
    return label === "stop" ? heard !== "stop" && heard !== "maybe" : heard === "stop";
  });
  expect(wrong).toEqual([]);
});

test("docs/opt-outs.md has the numbers that the command prints", () => {
  const page = readFileSync(new URL("../../docs/opt-outs.md", import.meta.url), "utf8");
  expect(page).toContain(measure());
});
