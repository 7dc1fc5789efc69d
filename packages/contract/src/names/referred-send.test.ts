import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { clientReference } from "./client-reference.ts";
import { referredSend } from "./referred-send.ts";
import { partId, sendId } from "./send-id.ts";

const job = { queue: "{volley}:volley-eu", timestamp: 1_796_112_000_000, content: () => "a digest" };

test("a reference leads back to the send, whichever part and lot it is of", () => {
  const owns = fc.option(fc.string({ maxLength: 80 }), { nil: undefined });
  const parts = fc.option(fc.nat({ max: 999_999 }), { nil: undefined });
  const lots = fc.option(fc.integer({ min: 1, max: 999 }), { nil: undefined });
  fc.assert(
    fc.property(owns, parts, lots, (own, part, lot) => {
      const id = sendId("a-region-of-20-chars");
      const of = part === undefined ? id : partId(id, part);
      const reference = clientReference(own, { ...job, id: of }, lot === undefined ? "" : `.${lot}`);
      const read = referredSend(reference);
      expect(read?.id).toBe(id);
      // A cut in the middle of a surrogate pair leaves one character less.
      expect((own ?? "").startsWith(read?.own ?? "")).toBe(true);
    }),
  );
});

describe("a job of another client", () => {
  test.each([
    ["17", "", "17"],
    ["order-17.3", "", "order-17.3"],
    ["order-17.p4", ".20", "order-17"],
    ["order-17.p4", "", "order-17"],
    ["a~b", "", "a~b"],
  ])("%s%s is of the send %s", (id, lot, send) => {
    expect(referredSend(clientReference("spring", { ...job, id }, lot))).toEqual({ id: send, own: "spring" });
  });

  test("with a long ID is known by what stands for it", () => {
    const reference = clientReference("spring", { ...job, id: "o".repeat(200) });
    expect(referredSend(reference)).toEqual({ id: reference.slice("spring~".length), own: "spring" });
  });
});

test.each([undefined, "", "a client reference", "x~", `~${"y".repeat(128)}`])(
  "what is no reference of ours is none: %j",
  (reference) => {
    expect(referredSend(reference)).toBeNull();
  },
);
