import { describe, expect, it } from "@jest/globals";
import { type Note, pastOf, type PickUp, readNote } from "./note.ts";

const NOON = Date.parse("2026-12-01T12:00:00Z");
const at = (offsetMs: number): Date => new Date(NOON + offsetMs);
const iso = (offsetMs: number): string => at(offsetMs).toISOString();

const NOTE: Note = {
  pickup: 1,
  tries: 2,
  looks: 1,
  unknown_since: null,
  epoch: 1,
  last: { outcome: "throttled", code: "http_429", at: iso(-10) },
};

describe("pastOf", () => {
  const fresh: PickUp = {
    isFirst: true,
    pickup: 1,
    note: null,
    taken: 0,
    enqueuedAt: at(-60_000),
    lost: null,
    redis: { epoch: 1, forgotten: null, aheadMs: 0 },
    now: at(0),
  };

  it("is clean at the first pick-up", () => {
    expect(pastOf(fresh)).toEqual({ kind: "clean", tries: 0 });
  });

  it("is clean when the pick-up before left an orderly note without doubt", () => {
    expect(pastOf({ ...fresh, pickup: 2, note: NOTE })).toEqual({ kind: "clean", tries: 2 });
  });

  it.each([
    { title: "is clean for the lot that the note is about", of: 20, taken: 20, kind: "clean" },
    {
      title: "is doubtful for an earlier lot: Redis has forgotten how far it was, and not the note",
      of: 40,
      taken: 20,
    },
    { title: "is doubtful for the first lot, where the note is about a later one", of: 20, taken: 0 },
    { title: "is doubtful for a later lot, where the note is about the first", of: 0, taken: 20 },
  ])("$title", ({ of, taken, kind = "doubtful" }) => {
    const note = of === 0 ? NOTE : { ...NOTE, taken: of };
    expect(pastOf({ ...fresh, pickup: 2, note, taken })).toMatchObject({ kind });
  });

  it("is doubtful at a first pick-up that comes after a note: somebody has counted the pick-ups anew", () => {
    expect(pastOf({ ...fresh, note: NOTE }).kind).toBe("doubtful");
  });

  it("keeps the doubt of an orderly note", () => {
    const note = { ...NOTE, unknown_since: iso(-5_000) };
    expect(pastOf({ ...fresh, pickup: 2, note })).toEqual({ kind: "doubtful", tries: 2, looks: 1, since: at(-5_000) });
  });

  it("is doubtful from now on when an earlier pick-up left no note: it crashed", () => {
    expect(pastOf({ ...fresh, isFirst: false, pickup: 2 })).toEqual({
      kind: "doubtful",
      tries: 0,
      looks: 0,
      since: at(0),
    });
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
    const redis = { ...fresh.redis, forgotten: { at: forgottenBefore, epoch: 1 } };

    it.each([
      { title: "before", enqueuedMs: -1_001, nowMs: 0, kind: "doubtful" },
      {
        title: "right after, it may be a repetition of what was forgotten",
        enqueuedMs: -999,
        nowMs: 0,
        kind: "doubtful",
      },
      { title: "1 ms less than ten minutes after", enqueuedMs: 598_999, nowMs: 599_000, kind: "doubtful" },
      { title: "ten minutes after", enqueuedMs: 599_000, nowMs: 599_000, kind: "clean" },
      { title: "tomorrow, by a clock that is ahead", enqueuedMs: 86_400_000, nowMs: 598_999, kind: "doubtful" },
    ])("is $kind for a job that was enqueued $title", ({ enqueuedMs, nowMs, kind }) => {
      expect(pastOf({ ...fresh, enqueuedAt: at(enqueuedMs), redis, now: at(nowMs) }).kind).toBe(kind);
    });

    it("is in doubt since the forgetting, and because of it alone", () => {
      const past = { kind: "doubtful", tries: 0, looks: 0, since: forgottenBefore, isForgotten: true };
      expect(pastOf({ ...fresh, redis })).toEqual(past);
      const note = { ...NOTE, redis: "one", unknown_since: iso(-1_000), looks: 0, tries: 0, forgotten: true };
      expect(pastOf({ ...fresh, pickup: 2, note, redis })).toEqual(past);
    });

    it.each([
      { title: "before it, whatever its writer's clock said", epoch: 0, kind: "doubtful" },
      { title: "since", epoch: 1, kind: "clean" },
      { title: "since, and since something else was forgotten, too", epoch: 2, kind: "clean" },
    ])("is $kind when the orderly note was written $title", ({ epoch, kind }) => {
      for (const noteMs of [-30_000, 30_000]) {
        const note = { ...NOTE, epoch, last: { ...NOTE.last, at: iso(noteMs) } };
        expect(pastOf({ ...fresh, pickup: 2, note, redis }).kind).toBe(kind);
      }
    });

    it("begins the hold of an older doubt again, because a fresh request may be among what was forgotten", () => {
      const note = { ...NOTE, epoch: 0, unknown_since: iso(-30_000) };
      const past = pastOf({ ...fresh, pickup: 2, note, redis });
      expect(past).toEqual({ kind: "doubtful", tries: 2, looks: 0, since: forgottenBefore });
    });

    it("keeps the doubt that was noted after the forgetting", () => {
      const note = { ...NOTE, unknown_since: iso(-900) };
      const past = pastOf({ ...fresh, pickup: 2, note, redis });
      expect(past).toEqual({ kind: "doubtful", tries: 2, looks: 1, since: at(-900) });
    });
  });

  describe("when it is known which jobs Redis has forgotten", () => {
    const lost = { at: at(-1_000), epoch: 1 };

    it("is in doubt since then for one of them, however late it is enqueued again", () => {
      const past = pastOf({ ...fresh, lost, enqueuedAt: at(3_600_000), now: at(3_600_000) });
      expect(past).toEqual({ kind: "doubtful", tries: 0, looks: 0, since: at(-1_000) });
    });

    it.each([
      { title: "in doubt where the note was written before", epoch: 0, kind: "doubtful" },
      { title: "clean where it was written since", epoch: 1, kind: "clean" },
    ])("is $title", ({ epoch, kind }) => {
      expect(pastOf({ ...fresh, lost, pickup: 2, note: { ...NOTE, epoch } }).kind).toBe(kind);
    });

    it("is in doubt where the note says nothing of it", () => {
      const { epoch: _, ...note } = NOTE;
      expect(pastOf({ ...fresh, lost, pickup: 2, note }).kind).toBe("doubtful");
    });
  });

  describe("where the clock of Redis is 30 s ahead", () => {
    const redis = { ...fresh.redis, aheadMs: 30_000 };

    it("lets a hold last as long as it has to", () => {
      const note = { ...NOTE, unknown_since: iso(28_000) };
      expect(pastOf({ ...fresh, pickup: 2, note, redis })).toMatchObject({ since: at(-2_000) });
    });

    it("is in doubt since the forgetting, which was so long ago by either clock", () => {
      const past = pastOf({ ...fresh, redis: { ...redis, forgotten: { at: at(29_000), epoch: 1 } } });
      expect(past).toMatchObject({ kind: "doubtful", since: at(-1_000) });
    });
  });
});

describe("readNote", () => {
  it("reads its own note, with and without what it need not have", () => {
    expect(readNote(JSON.parse(JSON.stringify(NOTE)))).toEqual(NOTE);
    const full = { ...NOTE, crashes: 3, taken: 20, forgotten: true, unknown_since: iso(-1) };
    expect(readNote(JSON.parse(JSON.stringify(full)))).toEqual(full);
  });

  it.each([0, 50, "half", null, undefined, {}, { ...NOTE, pickup: -1 }, { ...NOTE, unknown_since: "yesterday" }])(
    "takes a progress that is not a note for none: %j",
    (progress) => {
      expect(readNote(progress)).toBeNull();
    },
  );
});
