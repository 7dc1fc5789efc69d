import { describe, expect, it } from "@jest/globals";
import { LIMITS } from "@volley/contract";
import { expiryOf, windowOf } from "./window.ts";

const NOON = Date.parse("2026-12-01T12:00:00Z");
const at = (offsetMs: number): Date => new Date(NOON + offsetMs);

describe("expiryOf", () => {
  it("is what the caller said", () => {
    expect(expiryOf({ sendAt: at(5), expireAt: at(10) }, at(0))).toEqual(at(10));
  });

  it("is three days after send_at by default", () => {
    expect(expiryOf({ sendAt: at(5), expireAt: null }, at(0))).toEqual(at(5 + LIMITS.expiryMs));
  });

  it("is three days after the enqueueing for a send without send_at", () => {
    expect(expiryOf({ sendAt: null, expireAt: null }, at(0))).toEqual(at(LIMITS.expiryMs));
  });
});

describe("windowOf", () => {
  const leadMs = 60_000;

  it.each([
    { title: "1 ms before the lead begins", nowMs: -leadMs - 1, kind: "early" },
    { title: "when the lead begins", nowMs: -leadMs, kind: "open" },
    { title: "1 ms into the lead", nowMs: -leadMs + 1, kind: "open" },
    { title: "at send_at", nowMs: 0, kind: "open" },
    { title: "1 ms before expire_at", nowMs: 999, kind: "open" },
    { title: "at expire_at", nowMs: 1_000, kind: "expired" },
    { title: "1 ms after expire_at", nowMs: 1_001, kind: "expired" },
  ])("is $kind $title", ({ nowMs, kind }) => {
    expect(windowOf({ sendAt: at(0), expireAt: at(1_000) }, { leadMs, now: at(nowMs) }).kind).toBe(kind);
  });

  it("says when it opens", () => {
    const window = windowOf({ sendAt: at(0), expireAt: at(1_000) }, { leadMs, now: at(-leadMs - 1) });
    expect(window).toEqual({ kind: "early", opensAt: at(-leadMs) });
  });

  it("opens at send_at itself without a lead", () => {
    const times = { sendAt: at(0), expireAt: at(1_000) };
    expect(windowOf(times, { leadMs: 0, now: at(-1) })).toEqual({ kind: "early", opensAt: at(0) });
    expect(windowOf(times, { leadMs: 0, now: at(0) })).toEqual({ kind: "open" });
  });

  it("is open at once for a send without send_at", () => {
    expect(windowOf({ sendAt: null, expireAt: at(1) }, { leadMs, now: at(0) })).toEqual({ kind: "open" });
  });

  it("is expired, not early, when expire_at lies before the lead", () => {
    expect(windowOf({ sendAt: at(0), expireAt: at(-leadMs - 5) }, { leadMs, now: at(-leadMs - 5) }).kind).toBe(
      "expired",
    );
  });
});
