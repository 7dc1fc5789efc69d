import { describe, expect, it } from "@jest/globals";
import { normaliseRecipient } from "@volley/contract";
import fc from "fast-check";
import { createRouteTable } from "./route-table.ts";

const prefixes = { "1": "us", "1204": "ca", "12045": "us", "46": "eu", "44": "eu", "61": "au", "55": "br" };

describe("the longest prefix that fits says the region:", () => {
  const routeOf = createRouteTable({ prefixes });
  it.each([
    ["12015550123", "us"],
    ["12041234567", "ca"],
    ["12045234567", "us"],
    ["12035550123", "us"],
    ["46701234567", "eu"],
    ["447911123456", "eu"],
    ["61491570156", "au"],
    ["5511912345678", "br"],
    ["33612345678", null],
    ["45701234567", null],
    ["4470012", "eu"],
  ])("%s", (recipient, region) => {
    expect(routeOf(recipient)).toBe(region);
  });
});

describe("what no prefix fits, and groups,", () => {
  it.each(["33612345678", "01FC66621XXXXX119Z8PMV1QPA", "aBcDeFgHiJkL"])("go to the default: %s", (recipient) => {
    expect(createRouteTable({ prefixes, default: "eu" })(recipient)).toBe("eu");
    expect(createRouteTable({ prefixes, default: null })(recipient)).toBeNull();
  });
});

it("gives every valid number exactly one region: that of the longest of its prefixes", () => {
  const region = fc.constantFrom("us", "eu", "au", "br", "ca");
  const prefix = fc.stringMatching(/^[1-9]\d{0,6}$/);
  const number = fc.stringMatching(/^[1-9]\d{6,14}$/);
  fc.assert(
    fc.property(fc.dictionary(prefix, region), region, fc.array(number), (table, fallback, others) => {
      const routeOf = createRouteTable({ prefixes: table, default: fallback });
      // Numbers that begin with a prefix, too: of those that are drawn nearly none does.
      for (const each of [...others, ...Object.keys(table).map((begin) => begin.padEnd(11, "7"))]) {
        expect(normaliseRecipient(each)).toBe(each);
        const [longest] = Object.keys(table)
          .filter((begin) => each.startsWith(begin))
          .toSorted((a, b) => b.length - a.length);
        expect(routeOf(each)).toBe(longest === undefined ? fallback : table[longest]);
        expect(routeOf(normaliseRecipient(`+${each}`) ?? "")).toBe(routeOf(each));
      }
    }),
  );
});
