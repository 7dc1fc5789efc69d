import { describe, expect, it } from "@jest/globals";
import { type RegionLoad, type ReplicaPower, wantedReplicas } from "./wanted-replicas.ts";

/** 100 requests a second of one worker, and ten seconds for what waits: 1,000 requests each. */
const POWER: ReplicaPower = { requestsPerSecond: 100, inFlight: 50, withinSeconds: 10 };

const IDLE: RegionLoad = {
  region: "eu",
  isSending: true,
  recipients: 0,
  jobs: 0,
  concurrency: 200,
  rate: null,
  requestMs: 200,
};

function wanted(...loads: Partial<RegionLoad>[]): number {
  return wantedReplicas(
    loads.map((load) => ({ ...IDLE, ...load })),
    POWER,
  ).replicas;
}

describe("the wanted replicas", () => {
  it.each<[string, Partial<RegionLoad>, number]>([
    ["one where nothing waits", {}, 1],
    ["one where one is enough", { recipients: 500_000, jobs: 1 }, 1],
    ["as many as what waits needs", { recipients: 3_000_000, jobs: 1 }, 3],
    ["as many as single messages need", { recipients: 3_000, jobs: 3_000 }, 3],
    ["no more than the region's requests in flight let be useful", { recipients: 90_000_000, jobs: 1 }, 10],
    ["one where few requests may be in flight", { recipients: 90_000_000, jobs: 1, concurrency: 10 }, 1],
    ["one where the region is paced, however much waits", { recipients: 90_000_000, jobs: 90_000, rate: 50 }, 1],
    ["as many as the pace of single messages lets be useful", { recipients: 90_000, jobs: 90_000, rate: 250 }, 3],
    ["one where the region does not send", { recipients: 90_000_000, jobs: 1, isSending: false }, 1],
    [
      "as many as have its requests in flight, of which nobody knows how long they take",
      { jobs: 9_000, requestMs: null },
      4,
    ],
    [
      "more where the provider is so slow that a worker's requests in flight are its limit",
      { jobs: 1_000, requestMs: 2_000 },
      4,
    ],
  ])("are %s", (_what, load, replicas) => {
    expect(wanted(load)).toBe(replicas);
  });

  it("are those of all regions together, parts of a worker added up", () => {
    expect(wanted({ jobs: 300 }, { jobs: 300 }, { jobs: 300 })).toBe(1);
    expect(wanted({ jobs: 1_500 }, { jobs: 1_500 })).toBe(3);
    expect(wanted({ jobs: 1_500 }, { jobs: 90_000, rate: 10 })).toBe(2);
  });
});

/**
 * A fleet as Kubernetes scales it: KEDA asks every 15 s, and its AverageValue with a target of 1 makes the wanted replicas those of
 * the autoscaler, which leaves them where they differ by a tenth and scales down to the most of the last five minutes.
 */
class Fleet {
  replicas: number;
  most: number;
  recipients = 0;
  readonly wishes: number[] = [];
  constructor(replicas: number) {
    this.replicas = replicas;
    this.most = replicas;
  }

  /** Lets time go on until nothing waits any more and nothing was scaled for ten minutes. @returns what there was at most */
  settle(load: Partial<RegionLoad>, seconds = 24 * 60 * 60): number {
    for (let at = 0; at < seconds; at += 15) {
      const jobs = Math.ceil(this.recipients / 1_000);
      const desired = wantedReplicas([{ ...IDLE, ...load, recipients: this.recipients, jobs }], POWER).replicas;
      const isClose = Math.abs(desired / Math.max(1, this.replicas) - 1) <= 0.1;
      this.wishes.push(isClose && this.replicas > 0 ? this.replicas : desired);
      this.replicas = Math.max(...this.wishes.slice(-20));
      this.most = Math.max(this.most, this.replicas);
      this.send({ ...IDLE, ...load }, 15);
    }
    return this.most;
  }

  private send({ concurrency, rate, requestMs }: RegionLoad, seconds: number): void {
    const requests = Math.min((concurrency * 1_000) / (requestMs ?? 1), POWER.requestsPerSecond * this.replicas);
    this.recipients = Math.max(
      0,
      this.recipients - seconds * Math.min(rate ?? Number.POSITIVE_INFINITY, requests * 1_000),
    );
  }
}

describe("a fleet that is scaled by them", () => {
  it("never grows for a backlog that waits for its region's pace", () => {
    const fleet = new Fleet(1);
    fleet.recipients = 1_000_000;
    expect(fleet.settle({ rate: 100 })).toBe(1);
    expect(fleet.recipients).toBe(0);
  });

  it("comes back from none to one, and works", () => {
    const fleet = new Fleet(0);
    expect(fleet.settle({}, 60)).toBe(1);
    fleet.recipients = 100_000;
    fleet.replicas = 0;
    fleet.settle({}, 600);
    expect(fleet.recipients).toBe(0);
  });

  it("grows with a burst up to what its region's limits let be useful, and shrinks to one after it", () => {
    const fleet = new Fleet(1);
    fleet.recipients = 100_000_000;
    expect(fleet.settle({}, 60 * 60)).toBe(10);
    expect(fleet).toMatchObject({ recipients: 0, replicas: 1 });
  });

  it("is left as it is where wishes differ by chance alone", () => {
    const replicas: number[] = [];
    const fleet = new Fleet(1);
    for (let minute = 0; minute < 60; minute += 1) {
      fleet.recipients = 4_800_000 + 400_000 * (minute % 2);
      fleet.settle({}, 60);
      replicas.push(fleet.replicas);
    }
    expect(new Set(replicas.slice(10)).size).toBe(1);
  });
});
