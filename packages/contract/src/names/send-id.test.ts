import { describe, expect, test } from "@jest/globals";
import { partId, partOf, regionOfSendId, sendId, sendOf } from "./send-id.ts";

describe("sendId", () => {
  test("is the same for the same key in the same region, for ever", () => {
    expect(sendId("eu", "order-17")).toBe(sendId("eu", "order-17"));
    expect(sendId("eu", "order-17")).toMatch(/^eu-[0-9a-hjkmnp-tv-z]{20}$/);
  });

  test("is another one for another key or region, and for every send without a key", () => {
    const ids = [sendId("eu", "a"), sendId("eu", "b"), sendId("us", "a"), sendId("eu", ""), sendId("eu"), sendId("eu")];
    expect(new Set(ids.map((id) => id.slice(3))).size).toBe(ids.length);
  });

  test("does not show the key", () => {
    expect(sendId("eu", "46701234567")).not.toContain("4670");
  });

  test("is one that BullMQ takes: no colon, not an integer", () => {
    for (const id of [sendId("eu", "a:b"), sendId("eu", "1"), partId(sendId("eu"), 3)]) {
      expect(id).not.toContain(":");
      expect(Number(id)).toBeNaN();
    }
  });
});

describe("regionOfSendId", () => {
  test.each(["us", "gulf-2", "a", "a2345678901234567890"])("finds the region %s", (region) => {
    expect(regionOfSendId(sendId(region))).toBe(region);
    expect(regionOfSendId(sendId(region, "key"))).toBe(region);
  });

  test.each([
    "17",
    "",
    "order-17",
    "eu-0123456789abcdefghj",
    "eu-0123456789abcdefghjkm",
    "eu-0123456789ABCDEFGHJK",
    "EU-0123456789abcdefghjk",
    "-0123456789abcdefghjk",
    "eu--0123456789abcdefghjk",
    "a23456789012345678901-0123456789abcdefghjk",
    "repeat:abc:1796112000000",
  ])("gives null for %p, which another client gave", (id) => {
    expect(regionOfSendId(id)).toBeNull();
  });
});

describe("partId", () => {
  test.each([0, 1, 9, 10, 999, 1_000, 99_999])("is read back: part %i", (part) => {
    const id = partId("eu-0123456789abcdefghjk", part);
    expect(partOf(id)).toBe(part);
    expect(sendOf(id)).toBe("eu-0123456789abcdefghjk");
  });

  test.each(["eu-0123456789abcdefghjk", "17", "order.p", "order.px1", "order.p01", ".p1", "o.p12345678901234567890"])(
    "is not seen in %p, which is its own first part",
    (id) => {
      expect(partOf(id)).toBe(0);
      expect(sendOf(id)).toBe(id);
    },
  );

  test("reads the last one where a send's own ID looks like a part's", () => {
    expect(sendOf("order.p3.p7")).toBe("order.p3");
    expect(partOf("order.p3.p7")).toBe(7);
  });
});
