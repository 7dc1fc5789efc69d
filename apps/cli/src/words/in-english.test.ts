import { describe, expect, it } from "@jest/globals";
import { counted, inEnglish, people } from "./in-english.ts";

describe("numbers in English", () => {
  it("have their thousands apart", () => {
    expect([0, 999, 1_234_567].map(inEnglish)).toEqual(["0", "999", "1,234,567"]);
  });

  it("stand before what they count, which is singular for one alone", () => {
    expect([0, 1, 2].map((count) => counted(count, "batch", "batches"))).toEqual(["0 batches", "1 batch", "2 batches"]);
    expect([0, 1, 1_000].map(people)).toEqual(["0 recipients", "1 recipient", "1,000 recipients"]);
  });
});
