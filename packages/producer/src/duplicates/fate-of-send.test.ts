import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type DuplicatesRig, inPages, people, SEND, setUpDuplicates } from "../../../../test/duplicates-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { createProducer } from "../producer/producer.ts";

/** Lists of which the first are remembered one by one, and the others in traces. */
const LISTS = [people(0, 3), people(0, 30)];

let rig: DuplicatesRig;

beforeEach(() => {
  rig = setUpDuplicates();
});

afterEach(async () => rig.close());

describe("a send that reaches nobody", () => {
  it.each(LISTS.map((to) => [to.length, to] as const))(
    "does not count when it could not be enqueued, to %i people",
    async (_, to) => {
      await rig.enqueue({ ...SEND, body: "Other" }, null, { key: "taken" });
      const taken = rig.enqueue({ ...SEND, to }, {}, { key: "taken" });
      await expect(taken).rejects.toMatchObject({ code: "VOLLEY_IDEMPOTENCY_CONFLICT" });
      const yesterday = new Date(rig.now().getTime() - 1).toISOString();
      for (const late of [to, inPages(to)]) {
        const refused = rig.enqueue({ ...SEND, to: late, expire_at: yesterday });
        await expect(refused).rejects.toMatchObject({ code: "VOLLEY_INVALID_SEND" });
      }
      expect(await rig.enqueue({ ...SEND, to })).not.toHaveProperty("duplicates");
      expect(await rig.keys("stages:*")).toEqual([]);
    },
  );

  it("does not count when it was canceled before a worker saw it", async () => {
    const { id } = await rig.enqueue(SEND);
    await rig.cancel(id);
    expect(await rig.enqueue(SEND)).not.toHaveProperty("duplicates");
  });

  it.each(LISTS.map((to) => [to.length, to] as const))(
    "counts no longer than enqueueing takes when whoever enqueued it to %i people has died",
    async (_, to) => {
      const dying = createProducer({ redis: rig.redis, prefix: rig.prefix, stageTtlMs: 1_000, now: rig.now });
      const { id } = await dying.enqueue({ ...SEND, to }, { region: "eu", idempotencyKey: "dying", duplicates: {} });
      await dying.close();
      // As if it had died before the send was on the queue.
      await rig.queue.remove(id);
      await rig.redis.unlink(`${rig.prefix}:keys:eu:0`);
      await expect(rig.enqueue({ ...SEND, to })).rejects.toMatchObject({ code: "VOLLEY_DUPLICATES" });
      await eventually(
        async () => rig.enqueue({ ...SEND, to }).catch(() => null),
        "the send that is no longer waited for",
      );
    },
  );
});

it("a send of which nothing is kept but that it was enqueued counts", async () => {
  const { id } = await rig.enqueue(SEND);
  await rig.queue.remove(id);
  await expect(rig.enqueue(SEND)).rejects.toMatchObject({ found: 5 });
});
