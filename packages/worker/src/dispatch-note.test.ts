import { describe, expect, it } from "@jest/globals";
import { type DispatchNote, pastOf, type PickUp, readNote } from "./dispatch-note.ts";

const NOON = Date.parse("2026-12-01T12:00:00Z");
const at = (offsetMs: number): Date => new Date(NOON + offsetMs);
const iso = (offsetMs: number): string => at(offsetMs).toISOString();

const NOTE: DispatchNote = {
  pickup: 1,
  tries: 2,
  looks: 1,
  unknown_since: null,
  last: { outcome: "throttled", code: "http_429", at: iso(-10) },
};

describe("pastOf", () => {
  const fresh: PickUp = { pickup: 1, note: null, enqueuedAt: at(-60_000), forgottenBefore: null, now: at(0) };
  it("is clean at the first pick-up", () => {
    expect(pastOf(fresh)).toEqual({ kind: "clean", tries: 0 });
  });

  it("is clean when the pick-up before left an orderly note without doubt", () => {
    expect(pastOf({ ...fresh, pickup: 2, note: NOTE })).toEqual({ kind: "clean", tries: 2 });
  });

  it("keeps the doubt of an orderly note", () => {
    const note = { ...NOTE, unknown_since: iso(-5_000) };
    expect(pastOf({ ...fresh, pickup: 2, note })).toEqual({ kind: "doubtful", tries: 2, looks: 1, since: at(-5_000) });
  });

  it("is doubtful from now on when an earlier pick-up left no note: it crashed", () => {
    expect(pastOf({ ...fresh, pickup: 2 })).toEqual({ kind: "doubtful", tries: 0, looks: 0, since: at(0) });
  });

  it.each([
    { title: "clean", unknown_since: null },
    { title: "in doubt for long", unknown_since: iso(-3_600_000) },
  ])("is doubtful from now on when the note is of an older pick-up, which was $title", ({ unknown_since }) => {
    const past = pastOf({ ...fresh, pickup: 3, note: { ...NOTE, unknown_since } });
    expect(past).toEqual({ kind: "doubtful", tries: 2, looks: 0, since: at(0) });
  });

  describe("when Redis may have forgotten", () => {
    const forgottenBefore = at(-1_000);

    it.each([
      { title: "before", enqueuedMs: -1_001, kind: "doubtful" },
      { title: "right after, it may be a repetition of what was forgotten", enqueuedMs: -999, kind: "doubtful" },
      { title: "1 ms less than ten minutes after", enqueuedMs: 598_999, kind: "doubtful" },
      { title: "ten minutes after", enqueuedMs: 599_000, kind: "clean" },
    ])("is $kind for a job that was enqueued $title", ({ enqueuedMs, kind }) => {
      expect(pastOf({ ...fresh, enqueuedAt: at(enqueuedMs), forgottenBefore }).kind).toBe(kind);
    });

    it("is in doubt since the forgetting", () => {
      expect(pastOf({ ...fresh, forgottenBefore })).toEqual({
        kind: "doubtful",
        tries: 0,
        looks: 0,
        since: forgottenBefore,
      });
    });

    it.each([
      { title: "older than", noteMs: -1_001, kind: "doubtful" },
      { title: "as old as", noteMs: -1_000, kind: "doubtful" },
      { title: "newer than", noteMs: -999, kind: "clean" },
    ])("is $kind when the orderly note is $title the forgetting", ({ noteMs, kind }) => {
      const note = { ...NOTE, last: { ...NOTE.last, at: iso(noteMs) } };
      expect(pastOf({ ...fresh, pickup: 2, note, forgottenBefore }).kind).toBe(kind);
    });

    it("begins the hold of an older doubt again, because a fresh request may be among what was forgotten", () => {
      const note = { ...NOTE, unknown_since: iso(-30_000), last: { ...NOTE.last, at: iso(-1_001) } };
      const past = pastOf({ ...fresh, pickup: 2, note, forgottenBefore });
      expect(past).toEqual({ kind: "doubtful", tries: 2, looks: 0, since: forgottenBefore });
    });

    it("keeps the doubt that was noted after the forgetting", () => {
      const note = { ...NOTE, unknown_since: iso(-900), last: { ...NOTE.last, at: iso(-10) } };
      const past = pastOf({ ...fresh, pickup: 2, note, forgottenBefore });
      expect(past).toEqual({ kind: "doubtful", tries: 2, looks: 1, since: at(-900) });
    });
  });
});

describe("readNote", () => {
  it("reads its own note, with and without crashes", () => {
    expect(readNote(JSON.parse(JSON.stringify(NOTE)))).toEqual(NOTE);
    expect(readNote({ ...NOTE, crashes: 3 })).toEqual({ ...NOTE, crashes: 3 });
  });

  it.each([0, 50, "half", null, undefined, {}, { ...NOTE, pickup: -1 }, { ...NOTE, unknown_since: "yesterday" }])(
    "takes a progress that is not a note for none: %j",
    (progress) => {
      expect(readNote(progress)).toBeNull();
    },
  );
});
