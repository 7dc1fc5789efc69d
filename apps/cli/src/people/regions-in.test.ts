import { describe, expect, it } from "@jest/globals";
import { pagesOfPeople, type Person } from "@volley/lists";
import { linesOf } from "./lines-of.ts";
import { peopleOfRegion } from "./people-of-region.ts";
import { regionsIn } from "./regions-in.ts";

async function* people(...regions: (string | null)[]): AsyncGenerator<Person> {
  for (const [index, region] of regions.entries()) {
    const number = String(46_700_000_000 + index);
    yield { number, region, columns: new Map([["name", `Ann ${index}`]]), line: 2 + 2 * index, absent: 0 };
  }
}

async function* broken(): AsyncGenerator<Person> {
  yield* people(null, null, null);
  throw new Error("read too far");
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const one of source) taken.push(one);
  return taken;
}

describe("the regions in a file", () => {
  it.each([
    ["come from its lines", ["us", "eu", "us"], undefined, ["us", "eu"]],
    ["come from the command line where a line has none", ["us", null], "eu", ["us", "eu"]],
    ["are none where nobody names one", [null, null], undefined, [null]],
  ])("%s", async (_title, regions, region, expected) => {
    expect((await regionsIn(people(...regions), { placeholders: ["name"], region })).regions).toEqual(expected);
  });

  it.each([
    [["us", null], ["name"], /^expected a region in every line or --region/],
    [[null, "us"], ["name"], /^expected a region in every line or --region/],
    [[], ["name"], /^expected at least one line below the heading/],
    [["us"], ["code"], /^expected a column named code for \$\{code\}, got name$/],
    [["us", "Not one"], [], /^line 4: expected the name of a region/],
  ])("are refused for %j with %j", async (regions, keys, sentence) => {
    await expect(regionsIn(people(...regions), { placeholders: keys, region: undefined })).rejects.toThrow(sentence);
  });
});

describe("the people of a region", () => {
  it("are those whose line names it, or none where it is the one of the command line", async () => {
    const numbers = (await all(peopleOfRegion(people("us", null, "eu", "us"), "us", "us"))).map(({ line }) => line);
    expect(numbers).toEqual([2, 4, 8]);
  });

  it("come in pages, each with the values that the text needs", async () => {
    const [page] = await all(pagesOfPeople(people(null, null), ["name"]));
    expect(page).toEqual([
      { to: "46700000000", parameters: { name: "Ann 0" } },
      { to: "46700000001", parameters: { name: "Ann 1" } },
    ]);
    const pages = await all(pagesOfPeople(people(...Array.from({ length: 1_001 }, () => null)), []));
    expect(pages.map((one) => one.length)).toEqual([1_000, 1]);
  });

  it("are found by their place, reading no further than the last of them", async () => {
    expect(await linesOf(broken(), new Set([2, 0]))).toEqual(
      new Map([
        [0, 2],
        [2, 6],
      ]),
    );
    expect(await linesOf(broken(), new Set())).toEqual(new Map());
  });
});
