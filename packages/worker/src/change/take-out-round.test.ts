import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { noRecipients } from "@volley/contract";
import { listWaiting, waitingBatchKey, waitingKey } from "@volley/opt-outs";
import { later } from "../../../../test/cancel-rig.ts";
import { numbers, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { startTakingOut } from "./take-out-round.ts";
import { inAnHour, LEAD, SENDER, startTakeOutRig, type TakeOutRig } from "../../../../test/take-out-rig.ts";

const HOUR_MS = 3_600_000;

const [ANN, BO, CY] = numbers(3) as [string, string, string];

let stage: TakeOutRig;

beforeEach(async () => {
  stage = await startTakeOutRig();
});

afterEach(async () => stage.close());

describe("whoever opts out while their batch waits at the provider", () => {
  it("is taken out of it, and counted and named as suppressed", async () => {
    const id = await stage.accept([ANN, BO, CY]);
    await stage.look();
    await stage.optOut(BO);
    expect(await stage.lookAt(id)).toMatchObject({
      state: "accepted",
      recipients: { ...noRecipients(3), accepted: 2, suppressed: 1 },
      batches: [{ recipients: 2, suppressed: 1 }],
      rejected: [{ recipient: BO, reason: "opted_out", by: "volley" }],
    });
    expect(stage.reached()).toEqual([ANN, CY]);
    await stage.optOut(ANN);
    expect(await stage.lookAt(id)).toMatchObject({ recipients: { accepted: 1 }, batches: [{ suppressed: 2 }] });
    expect(stage.reached()).toEqual([CY]);
    expect(stage.told).toEqual([
      ["out", 1],
      ["out", 1],
    ]);
    expect([await stage.became(ANN), await stage.became(BO), await stage.became(CY)]).toEqual([
      ["taken_out"],
      ["taken_out"],
      [],
    ]);
  });

  it("leaves nobody in it who has not: then it is canceled", async () => {
    const id = await stage.accept([ANN, BO]);
    await stage.optOut(ANN, BO);
    expect(await stage.lookAt(id)).toMatchObject({
      state: "rejected",
      recipients: { ...noRecipients(2), suppressed: 2 },
      batches: [{ recipients: 0, suppressed: 2, canceled: true }],
    });
    expect(stage.reached()).toEqual([]);
  });

  it("is taken out of every part of a long send, hundreds of them at once", async () => {
    const people = numbers(2_500);
    const id = await stage.accept(people);
    const out = people.filter((_, index) => index % 8 === 1);
    await stage.optOut(...out);
    await stage.look();
    const result = await stage.lookAt(id);
    expect(result.recipients).toEqual({ ...noRecipients(2_500), accepted: 2_500 - out.length, suppressed: out.length });
    expect(new Set(result.rejected.map(({ recipient }) => recipient))).toEqual(new Set(out));
    const left = new Set(out);
    expect(stage.reached().toSorted()).toEqual(people.filter((number) => !left.has(number)));
  });

  it("is taken out by a worker, of the lots of a part of which others are still to go", async () => {
    await stage.rig.startWorker({ settings: LEAD, limits: { rate: 2, burstMs: 1_000 } });
    const people = numbers(8);
    const { id } = await stage.rig.add({ ...textTo(...people), send_at: inAnHour() });
    await eventually(() => stage.reached().length >= 2, "the first lot");
    await stage.optOut(ANN);
    const { recipients, batches } = await eventually(async () => {
      const result = await stage.rig.resultOf(id);
      return result.recipients.suppressed === 1 && result;
    }, "whoever has opted out in the result");
    expect(recipients).toMatchObject({ accepted: 7 });
    expect(batches.map(({ suppressed }) => suppressed)).toEqual([1, ...batches.slice(1).map(() => undefined)]);
    expect(stage.reached()).toEqual(people.slice(1));
    expect(stage.rig.lines.join()).not.toMatch(/467\d+/);
  }, 20_000);

  it("is counted at once, and those who follow are gathered: each count makes the result anew, and tells it", async () => {
    const id = await stage.accept([ANN, BO, CY]);
    await stage.optOut(ANN);
    expect(await stage.lookAt(id)).toMatchObject({ recipients: { suppressed: 1 } });
    await stage.optOut(BO);
    stage.memory.counted.set(id, Infinity);
    await stage.round();
    expect([stage.reached(), (await stage.rig.resultOf(id)).recipients.suppressed]).toEqual([[CY], 1]);
    expect(await stage.lookAt(id)).toMatchObject({ recipients: { suppressed: 2 } });
  });

  it("stays in those of another sender, and comes back into none", async () => {
    const other = await stage.accept([ANN, BO], { from: "Volley" });
    const id = await stage.accept([ANN, BO]);
    await stage.optOut(ANN);
    await stage.look();
    await stage.list().remove([{ number: ANN, scope: SENDER }], { who: "kim", why: "" });
    await stage.optOut(BO);
    expect(await stage.lookAt(id)).toMatchObject({ recipients: { accepted: 0, suppressed: 2 } });
    expect((await stage.rig.resultOf(other)).recipients).toMatchObject({ accepted: 2, suppressed: 0 });
    expect(stage.reached()).toEqual([ANN, BO]);
  });
});

describe("a batch", () => {
  it("whose time has come, and of which nobody has opted out, is forgotten", async () => {
    await stage.accept([ANN, BO]);
    await stage.optOut(CY);
    await stage.look();
    await stage.look(later(HOUR_MS + 1_000));
    expect(await stage.rig.redis.keys(`${stage.rig.prefix}:waiting:*`)).toEqual([]);
    expect(stage.reached()).toEqual([ANN, BO]);
  });

  it("that nobody can read any more is forgotten, and keeps no other one from being changed", async () => {
    const id = await stage.accept([ANN, BO]);
    for (const [batchId, text] of [
      ["torn", '{"to":['],
      ["none", "null"],
      ["other", "{}"],
    ] as const) {
      await stage.rig.redis.zadd(waitingKey(stage.rig), Date.now() + HOUR_MS, batchId);
      await stage.rig.redis.set(waitingBatchKey(stage.rig, batchId), text);
    }
    await stage.optOut(ANN);
    expect((await stage.lookAt(id)).recipients).toMatchObject({ suppressed: 1 });
    expect((await listWaiting(stage.rig)).size).toBe(1);
  });

  it("that somebody has canceled is left to them", async () => {
    const id = await stage.accept([ANN, BO]);
    await stage.rig.client().cancelBatch(stage.rig.emulator.batches()[0]?.id ?? "");
    await stage.optOut(ANN);
    await stage.lookTwice();
    expect(stage.told).toEqual([]);
    expect((await stage.rig.resultOf(id)).recipients).toMatchObject({ accepted: 2 });
  });

  it("is not changed before it is written down that it is there: whoever asks for it compares its people", async () => {
    const id = await stage.accept([ANN, BO]);
    const key = stage.rig.queue.toKey(id);
    const { data = "", returnvalue = "" } = await stage.rig.redis.hgetall(key);
    await stage.rig.redis.hset(key, { data: "{}", returnvalue: "null" });
    await stage.optOut(ANN);
    await stage.look();
    expect(stage.reached()).toEqual([ANN, BO]);
    await stage.rig.redis.hset(key, { data, returnvalue });
    expect((await stage.lookAt(id)).recipients).toMatchObject({ suppressed: 1 });
  });

  it("is changed though its job is gone, as with removeOnComplete", async () => {
    const id = await stage.accept([ANN, BO]);
    await (await stage.rig.queue.getJob(id))?.remove();
    await stage.optOut(ANN);
    await stage.lookTwice();
    expect(stage.reached()).toEqual([BO]);
  });

  it("of a send that has failed is counted when that has a result after all", async () => {
    const { queue, redis } = stage.rig;
    const move = async (id: string, from: string, to: string): Promise<void> => {
      await redis.multi().zrem(queue.toKey(from), id).zadd(queue.toKey(to), Date.now(), id).exec();
    };
    const id = await stage.accept([ANN, BO]);
    await move(id, "completed", "failed");
    await stage.optOut(ANN);
    await stage.lookTwice();
    expect(stage.reached()).toEqual([BO]);
    await move(id, "failed", "completed");
    expect(await stage.lookAt(id)).toMatchObject({ recipients: { accepted: 1, suppressed: 1 } });
  });
});

it("one worker looks after the batches of a region: the others do not even read which there are", async () => {
  const { redis, prefix } = stage.rig;
  await redis.set(`${prefix}:taking-out:eu`, "another", "PX", 60_000);
  const asked: unknown[] = [];
  const get = (target: typeof redis, name: keyof typeof redis): unknown => {
    asked.push(name);
    const value = target[name];
    return typeof value === "function" ? value.bind(target) : value;
  };
  const end = startTakingOut({
    ...stage.context,
    redis: new Proxy(redis, { get: (target, name) => get(target, name as never) }),
  });
  await eventually(() => asked.length > 0, "a look");
  end();
  expect(asked).not.toContain("zrange");
});
