import { describe, expect, it } from "@jest/globals";
import { isNotPulling, type QueueLook } from "./is-not-pulling.ts";

const LOOK: QueueLook = {
  at: new Date("2026-12-01T12:00:00Z"),
  waiting: 1,
  active: 0,
  concurrency: 10,
  ownActive: 0,
  ownConcurrency: 5,
  isPaused: false,
  isHeld: false,
  pulled: 7,
};

describe("isNotPulling", () => {
  it("is true when work waits twice and nothing was picked up in between", () => {
    expect(isNotPulling(LOOK, LOOK)).toBe(true);
  });

  it.each<{ title: string; before?: Partial<QueueLook>; look?: Partial<QueueLook> }>([
    { title: "nothing waits", look: { waiting: 0 } },
    { title: "nothing waited before", before: { waiting: 0 } },
    { title: "something was picked up", look: { pulled: 8 } },
    { title: "the queue is paused", look: { isPaused: true } },
    { title: "the region backs off", look: { isHeld: true } },
    { title: "all slots of the region are taken", look: { active: 10 } },
    { title: "more than all slots of the region are taken", look: { active: 11 } },
    { title: "all slots of the process are taken", look: { ownActive: 5 } },
  ])("is false when $title", ({ before = {}, look = {} }) => {
    expect(isNotPulling({ ...LOOK, ...before }, { ...LOOK, ...look })).toBe(false);
  });

  it("is true while a single slot is free", () => {
    expect(isNotPulling(LOOK, { ...LOOK, active: 9, ownActive: 4 })).toBe(true);
  });
});
