import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { queueName } from "@volley/contract";
import { Queue } from "bullmq";
import { type DuplicatesRig, inPages, people, SEND, setUpDuplicates } from "../../../../test/duplicates-rig.ts";

let rig: DuplicatesRig;

beforeEach(() => {
  rig = setUpDuplicates();
});

afterEach(async () => rig.close());

describe("sending to those who did not get a text", () => {
  it.each([5, 2_500])(
    "leaves the others out of a list of %i, who count as duplicates with those who came twice",
    async (count) => {
      const to = people(0, count);
      await rig.enqueue({ ...SEND, to });
      const again = { ...SEND, to: [to[0] ?? "", "070", ...to, ...people(count, 2)] };
      const { id, recipients, duplicates } = await rig.enqueue(again, { ifFound: "skip" });
      expect(recipients).toEqual({ requested: count + 4, valid: 2, duplicate: count + 1, rejected: 1 });
      expect(duplicates).toMatchObject({ found: count, total: count + 2, accepted: 0 });
      const { staged: rest, ...data } = (await rig.queue.getJob(id))?.data ?? {};
      expect(data).toEqual({ from: "Volley", body: SEND.body });
      expect(rest).toMatchObject({
        recipients: 2,
        duplicate: count + 1,
        rejected: 1,
        rejections: [{ index: 1, recipient: "070" }],
      });
      expect(await rig.redis.hvals(`${rig.prefix}:stages:${rest.id}`)).toEqual([people(count, 2).join(",")]);
      expect(await rig.keys("stages:*")).toHaveLength(1);
    },
  );

  it("sends to nobody where everybody got it", async () => {
    await rig.enqueue(SEND);
    await expect(rig.enqueue(SEND, { ifFound: "skip" })).rejects.toMatchObject({ code: "VOLLEY_NOBODY_LEFT" });
    await expect(rig.enqueue({ ...SEND, to: inPages(SEND.to) }, { ifFound: "skip" })).rejects.toMatchObject({
      code: "VOLLEY_NOBODY_LEFT",
    });
    expect(await rig.jobs()).toBe(1);
    expect(await rig.keys("stages:*")).toEqual([]);
  });

  it("does not keep somebody from a text for longer because they were left out", async () => {
    for (const count of [5, 50]) {
      const to = people(1_000 * count, count);
      await rig.enqueue({ ...SEND, to });
      rig.pass(23);
      await rig.enqueue({ ...SEND, to: [...to, ...people(1_000 * count + 500, 1)] }, { ifFound: "skip" });
      rig.pass(2);
      expect(await rig.enqueue({ ...SEND, to })).not.toHaveProperty("duplicates");
    }
  });

  it("answers the same call as before, though those who were left out are others by now", async () => {
    const first = await rig.enqueue({ ...SEND, to: people(0, 2) });
    const once = await rig.enqueue(SEND, { ifFound: "skip" }, { key: "the rest" });
    expect(once).toMatchObject({ alreadyEnqueued: false, recipients: { valid: 3, duplicate: 2 } });
    await rig.queue.remove(first.id);
    const { duplicates: _, ...same } = once;
    const again = await rig.enqueue(SEND, { ifFound: "skip" }, { key: "the rest" });
    expect(again).toEqual({ ...same, alreadyEnqueued: true });
    expect(await rig.jobs()).toBe(1);
  });

  it("goes to each region's own rest, and to no region whose people all got it", async () => {
    const american = ["12015550100", "12015550101"];
    await rig.enqueue({ ...SEND, to: [...people(0, 20), ...american] }, {}, { region: "auto" });
    const again = { ...SEND, to: inPages([...people(0, 22), ...american]) };
    const { id, recipients, duplicates } = await rig.enqueue(again, { ifFound: "skip" }, { region: "auto" });
    expect(recipients).toEqual({ requested: 24, valid: 2, duplicate: 22, rejected: 0 });
    expect(duplicates).toMatchObject({ found: 22, total: 24 });
    expect(await rig.producer.status(id)).toMatchObject({ region: "auto", state: "queued" });
    const us = new Queue(queueName("us"), { connection: rig.redis, prefix: rig.prefix });
    expect([await rig.jobs(), await us.getWaitingCount()]).toEqual([2, 1]);
    await us.close();
    // Those of the two sends in eu, and that of the first one in us.
    expect(await rig.keys("stages:*")).toHaveLength(3);
  });
});
