import { describe, expect, it } from "@jest/globals";
import type { Parameters } from "@volley/contract";
import { createOwnDigest, DIGEST_BYTES } from "./own-digest.ts";

const ANN = "46701234567";

const GROUP = "01FC66621XXXXX119Z8PMV1QPA";

const NOBODY: Parameters = new Map();

function values(named: Record<string, Record<string, string>>): Parameters {
  return new Map(Object.entries(named).map(([key, ofKey]) => [key, new Map(Object.entries(ofKey))]));
}

function digest(recipient: string, own: Parameters, defaults = NOBODY, placeholders = ["name"]): string {
  const digests = Buffer.alloc(DIGEST_BYTES);
  const page = { recipients: [ANN, GROUP], parameters: own };
  createOwnDigest(placeholders, defaults)?.(recipient, page, digests, 0);
  return digests.toString("hex");
}

describe("the digest of what is a recipient's own", () => {
  it("says the same of a default as of a value, and nothing of what the text does not have", () => {
    const own = digest(ANN, values({ name: { [ANN]: "Ann" }, code: { [ANN]: "1" } }));
    expect(own).toMatch(/^[0-9a-f]{16}$/);
    expect(digest(ANN, NOBODY, values({ name: { default: "Ann" } }))).toBe(own);
    expect(digest(ANN, values({ name: { [ANN]: "Ann" } }), values({ name: { default: "you" } }))).toBe(own);
  });

  it.each<[string, Parameters]>([
    ["another value", values({ name: { [ANN]: "Anna" } })],
    ["no value", NOBODY],
    ["an empty value", values({ name: { [ANN]: "" } })],
    ["the value of somebody else", values({ name: { "46700000000": "Ann" } })],
  ])("is another one with %s", (_, other) => {
    expect(digest(ANN, other)).not.toBe(digest(ANN, values({ name: { [ANN]: "Ann" } })));
  });

  it("keeps two values apart wherever one ends and the other begins", () => {
    const both = ["name", "code"];
    const one = digest(ANN, values({ name: { [ANN]: "a" }, code: { [ANN]: "bc" } }), NOBODY, both);
    expect(digest(ANN, values({ name: { [ANN]: "ab" }, code: { [ANN]: "c" } }), NOBODY, both)).not.toBe(one);
  });

  it("has the values of a group's members, and not those of other recipients", () => {
    const one = digest(GROUP, values({ name: { "46700000000": "Bo", [ANN]: "Ann" } }));
    expect(digest(GROUP, values({ name: { "46700000000": "Bo", [ANN]: "Anna" } }))).toBe(one);
    expect(digest(GROUP, values({ name: { "46700000000": "Bob", [ANN]: "Ann" } }))).not.toBe(one);
  });
});
