import { describe, expect, it } from "@jest/globals";
import { backlogOfSample, secondsUntilDone, type WaitingJob } from "./seconds-until-done.ts";

describe("the time until a send is done", () => {
  it.each([
    ["alone", 1_000, [], 0, 10],
    ["behind short sends", 1_000, [], 100, 11],
    ["beside a longer send, which it alternates with", 1_000, [[50_000, 1]], 0, 20],
    ["beside a send that has less left than itself", 1_000, [[200, 1]], 0, 12],
    ["beside several", 1_000, [50_000, 200, 1_000].map((left) => [left, 1]), 50, 32.5],
    ["beside as many as an estimate says", 1_000, [[50_000, 2.5]], 0, 35],
    ["with nobody left", 0, [[50_000, 1]], 0, 0],
  ])("is right %s", (_title, own, long, shortRecipients, seconds) => {
    const others = long.map(([left = 0, sends = 0]) => ({ left, sends }));
    expect(secondsUntilDone(own, { others, shortRecipients }, 100)).toBe(seconds);
  });
});

function jobs(count: number, recipients: number | null, bytes: number): WaitingJob[] {
  return Array.from({ length: count }, () => ({ recipients, bytes }));
}

describe("what jobs come to of which a sample was looked at", () => {
  it("is nothing where nothing waits", () => {
    expect(backlogOfSample([], 0)).toEqual({ shortRecipients: 0, others: [] });
  });

  it("is what they have where all were looked at, short ones apart from long ones", () => {
    const sample = [...jobs(2, 1_000, 15_000), ...jobs(1, 1_001, 15_015), ...jobs(1, 0, 100), ...jobs(1, 50_000, 200)];
    expect(backlogOfSample(sample, 5)).toEqual({
      shortRecipients: 2_000,
      others: [
        { left: 1_001, sends: 1 },
        { left: 50_000, sends: 1 },
      ],
    });
  });

  it("grows with those that were not looked at", () => {
    const sample = [...jobs(3, 10, 300), ...jobs(1, 20_000, 200)];
    expect(backlogOfSample(sample, 40)).toEqual({ shortRecipients: 300, others: [{ left: 20_000, sends: 10 }] });
  });

  it("takes the length of a job for its recipients, as those of about the same length have them", () => {
    const looked = [...jobs(100, 1, 300), ...jobs(1, 900, 13_500)];
    expect(backlogOfSample([...looked, ...jobs(1, null, 12_000)], 102).shortRecipients).toBe(100 + 900 + 800);
    expect(backlogOfSample([...looked, ...jobs(1, null, 150_000)], 102).others).toEqual([{ left: 10_000, sends: 1 }]);
    expect(backlogOfSample([...looked, ...jobs(1, null, 310)], 102).shortRecipients).toBe(100 + 900 + 1);
  });

  it("knows the most that a job can hold, also where none was looked into", () => {
    expect(backlogOfSample(jobs(1, null, 400_000), 1).others).toEqual([{ left: 10_000, sends: 1 }]);
    expect(backlogOfSample(jobs(1, null, 500_000_000), 1).others).toEqual([{ left: 100_000, sends: 1 }]);
  });
});
