import { describe, expect, test } from "@jest/globals";
import { pastSendAt } from "./past-send-at.ts";

const ENQUEUED_AT = new Date("2026-12-01T09:00:00Z");

describe("pastSendAt", () => {
  test.each([null, "2030-01-01T00:00:00Z", "2026-12-01T09:00:00Z", "2026-12-01T08:00:00Z"])("takes %s", (text) => {
    expect(pastSendAt(text === null ? null : new Date(text), ENQUEUED_AT)).toBeNull();
  });

  test.each(["2026-12-01T07:59:59.999Z", "2026-11-30T09:00:00.000Z", "2020-01-01T00:00:00.000Z"])(
    "refuses %s",
    (text) => {
      expect(pastSendAt(new Date(text), ENQUEUED_AT)).toEqual({
        field: "send_at",
        message: `expected a time at most an hour before the send is enqueued, got ${text}`,
      });
    },
  );
});
