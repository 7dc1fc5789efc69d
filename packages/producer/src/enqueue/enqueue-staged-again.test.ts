import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { RecipientSource } from "../recipients/recipient-source.ts";
import { numbers, openStagingRig, slowly, type StagingRig } from "../../../../test/staging-rig.ts";

let rig: StagingRig;

beforeEach(() => {
  rig = openStagingRig();
});

afterEach(async () => rig.close());

describe("a key that comes again", () => {
  it("with the same list, in other pages, adds nothing and stages nothing", async () => {
    const first = await rig.enqueue([...numbers(10_500), "46990000000", "nobody"]);
    await rig.queue.getJobs();
    const pages = slowly([[...numbers(10_500), "+46 99 000 00 00"], "nobody"]);
    let staged = Number.NaN;
    const second = await rig.enqueue(pages, { onProgress: (progress) => (staged = progress.staged) });
    expect(second).toEqual({ ...first, alreadyEnqueued: true });
    expect(staged).toBe(0);
    expect(await rig.stages()).toHaveLength(1);
    await rig.onlyJob();
  });

  it.each<[string, () => RecipientSource]>([
    ["one more", () => numbers(12_001)],
    ["another order", () => [...numbers(12_000)].toReversed()],
    ["values", () => [...numbers(11_999), { to: "46990011999", parameters: { name: "Ann" } }]],
  ])("with another list is a conflict: %s", async (_, other) => {
    await rig.enqueue(numbers(12_000));
    await expect(rig.enqueue(other())).rejects.toMatchObject({ code: "VOLLEY_IDEMPOTENCY_CONFLICT" });
    expect(await rig.stages()).toHaveLength(1);
    await rig.onlyJob();
  });

  it("twenty times at once makes one job with one stage", async () => {
    const calls = Array.from({ length: 20 }, async () => rig.enqueue(slowly(numbers(3_000))));
    const enqueued = await Promise.all(calls);
    expect(new Set(enqueued.map(({ id }) => id)).size).toBe(1);
    expect(await rig.stages()).toHaveLength(1);
    const pieces = await rig.piecesOf(await rig.onlyJob());
    expect(pieces.flatMap(({ recipients }) => recipients)).toEqual([...numbers(3_000)]);
  });
});

it("twenty streams at once do not disturb one another", async () => {
  const lists = Array.from({ length: 20 }, (_, index) => [...numbers(index < 2 ? 11_000 : 2_500, index * 500)]);
  const enqueued = await Promise.all(
    lists.map(async (list, index) => rig.enqueue(slowly(list), { idempotencyKey: String(index) })),
  );
  for (const [index, { id }] of enqueued.entries()) {
    const job = await rig.queue.getJob(id);
    const pieces = job ? await rig.piecesOf(job) : [];
    expect(pieces.flatMap(({ recipients }) => recipients)).toEqual(lists[index]);
  }
});
