import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { regionSuspensionKey } from "@volley/contract";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { SILENT_OBSERVER } from "../terms/observer.ts";
import { createRegionGuard, type RegionGuard } from "../region/region-guard.ts";
import { watchSuspension } from "./suspension-watch.ts";

const EVENTS = { keepEvents: { bytes: 1e6, ageMs: 1e6 }, now: () => new Date() };

describe("a process whose region is suspended and that gets no job to try", () => {
  let redis: Redis;
  let prefix: string;
  let guard: RegionGuard;
  let looks: number;
  let endWatch: () => void;

  beforeEach(async () => {
    redis = new Redis(testRedisUrl());
    prefix = ownPrefix();
    looks = 0;
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    guard = createRegionGuard({
      region: "eu",
      log,
      observer: SILENT_OBSERVER,
      now: () => new Date(),
      holdRegion: async () => {},
      postBackOff: () => {},
      postSuspension: () => {},
    });
    const isSuspended = (): boolean => {
      looks += 1;
      return guard.isSuspended();
    };
    await redis.set(regionSuspensionKey(prefix, "eu"), "suspended");
    await guard.suspend({ kind: "unauthorized", code: "http_401", host: "provider" }, 60_000);
    endWatch = watchSuspension({ ...EVENTS, region: "eu", redis, prefix, log, guard: { ...guard, isSuspended } }, 10);
  });

  afterEach(async () => {
    endWatch();
    await dropPrefix(prefix);
    await redis.quit();
  });

  it("takes it for suspended as long as the notice is there", async () => {
    await eventually(() => looks >= 5, "five looks");
    expect(guard.isSuspended()).toBe(true);
  });

  it("hears from the notice that another process has resumed it", async () => {
    await redis.del(regionSuspensionKey(prefix, "eu"));
    await eventually(() => !guard.isSuspended(), "the end of the suspension");
    expect(guard.isSuspended()).toBe(false);
  });
});
