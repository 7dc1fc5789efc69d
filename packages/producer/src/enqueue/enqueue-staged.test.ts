import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readStagedSend } from "@volley/contract";
import type { RecipientEntry, RecipientSource } from "../recipients/recipient-source.ts";
import type { EnqueueProgress } from "../staging/take-list.ts";
import { EU, numbers, openStagingRig, slowly, STAGED_MESSAGE, type StagingRig } from "../../../../test/staging-rig.ts";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

let rig: StagingRig;

beforeEach(() => {
  rig = openStagingRig();
});

afterEach(async () => rig.close());

/** One object again and again, with another recipient in it each time. */
function* rows(): Generator<RecipientEntry> {
  const row = { to: "", parameters: { name: "" } };
  for (const to of numbers(2)) {
    row.to = to;
    row.parameters.name = `name of ${to}`;
    yield row;
  }
}

describe("a list that is staged", () => {
  const expected = [...numbers(12_345)];

  it.each<[string, () => RecipientSource]>([
    ["a long array", () => expected],
    ["a generator", () => numbers(12_345)],
    ["an async generator", () => slowly(numbers(12_345))],
    ["pages", () => slowly([expected.slice(0, 7_001), expected.slice(7_001, 7_003), [], expected.slice(7_003)])],
  ])("is one job that points at pieces of 1,000: %s", async (_, source) => {
    const enqueued = await rig.enqueue(source());
    expect(enqueued).toMatchObject({
      id: expect.stringMatching(/^eu-/),
      region: "eu",
      alreadyEnqueued: false,
      recipients: { requested: 12_345, valid: 12_345, duplicate: 0, rejected: 0 },
    });
    const job = await rig.onlyJob();
    const staged = { id: expect.any(String), recipients: 12_345, duplicate: 0, rejected: 0, rejections: [] };
    expect(job.id).toBe(enqueued.id);
    expect(job.data).toEqual({ ...STAGED_MESSAGE, staged });
    expect(readStagedSend(job.data, new Date()).ok).toBe(true);
    const pieces = await rig.piecesOf(job);
    expect(pieces.map(({ recipients }) => recipients.length)).toEqual([...Array(12).fill(1_000), 345]);
    expect(pieces.flatMap(({ recipients }) => recipients)).toEqual(expected);
  });

  it("has everybody's own values, also where a source yields one object again and again", async () => {
    await rig.enqueue(rows());
    const [piece] = await rig.piecesOf(await rig.onlyJob());
    expect([...(piece?.parameters.get("name") ?? [])]).toEqual([...numbers(2)].map((to) => [to, `name of ${to}`]));
  });

  it("keeps no more than the beginning of an entry that is rejected", async () => {
    await rig.enqueue(slowly(["x".repeat(1_000_000), ...numbers(1)]));
    const [rejection] = (await rig.onlyJob()).data.staged.rejections;
    expect(rejection).toEqual({ index: 0, recipient: `${"x".repeat(200)}…` });
  });

  it("sets aside duplicates and what is no number, wherever they stand", async () => {
    const to = [
      "nobody",
      ...numbers(12_000),
      "+46 99 000 00 05",
      "",
      "0046990000011",
      ...numbers(3, 20_000),
      "46990000005",
    ];
    expect((await rig.enqueue(to)).recipients).toEqual({ requested: 12_008, valid: 12_003, duplicate: 3, rejected: 2 });
    const job = await rig.onlyJob();
    expect(job.data.staged).toMatchObject({
      recipients: 12_003,
      duplicate: 3,
      rejected: 2,
      rejections: [
        { index: 0, recipient: "nobody" },
        { index: 12_002, recipient: "" },
      ],
    });
  });

  it("keeps everybody's own values beside them, and what is for everybody in the job", async () => {
    const to: RecipientEntry[] = [
      { to: "+46990000001", parameters: { name: "Ann" } },
      "46990000002",
      { to: "46990000003" },
      { to: "46990000004", parameters: { name: "Own", code: "17" } },
      { to: "46990000001", parameters: { name: "Second mention" } },
    ];
    const name = { "+46 99 000 00 02": "Listed", "46990000004": "Listed", default: "there" };
    await rig.producer.enqueue({ ...STAGED_MESSAGE, parameters: { name, code: { "46990000003": "3" } }, to }, EU);
    const job = await rig.onlyJob();
    expect(job.data.parameters).toEqual({ name: { default: "there" }, code: {} });
    const [piece] = await rig.piecesOf(job);
    expect(piece?.parameters).toEqual(
      new Map([
        [
          "name",
          new Map([
            ["46990000001", "Ann"],
            ["46990000002", "Listed"],
            ["46990000004", "Own"],
          ]),
        ],
        [
          "code",
          new Map([
            ["46990000003", "3"],
            ["46990000004", "17"],
          ]),
        ],
      ]),
    );
  });

  it("sets aside who has no value for a placeholder without a default", async () => {
    const to = [
      "46990000001",
      { to: "46990000002", parameters: { code: "2" } },
      { to: "46990000003", parameters: { name: "Cleo" } },
      { to: "46990000001", parameters: { code: "1" } },
    ];
    const send = { ...STAGED_MESSAGE, body: "${name}, your code is ${code}", to };
    expect((await rig.producer.enqueue(send, EU)).recipients).toMatchObject({ valid: 2, duplicate: 0, rejected: 2 });
    const job = await rig.onlyJob();
    expect(job.data.staged.rejections).toEqual([
      { index: 0, recipient: "46990000001", reason: "missing_parameter" },
      { index: 2, recipient: "46990000003", reason: "missing_parameter" },
    ]);
    expect((await rig.piecesOf(job))[0]?.recipients).toEqual(["46990000002", "46990000001"]);
  });

  it("outlives its send, and until then only an hour", async () => {
    const ttls: number[] = [];
    async function* watched(): AsyncGenerator<string[]> {
      yield [...numbers(5_000)];
      ttls.push(await rig.redis.pttl(await rig.firstStage()));
      yield [...numbers(5_000, 5_000)];
    }
    await rig.enqueue(watched());
    expect(ttls).toEqual([expect.any(Number)]);
    expect(ttls[0]).toBeLessThanOrEqual(HOUR_MS);
    expect(ttls[0]).toBeGreaterThan(HOUR_MS / 2);
    const [key = ""] = await rig.stages();
    expect(await rig.redis.pttl(key)).toBeGreaterThan(9 * DAY_MS);
  });

  it("waits for send_at, and its stage with it", async () => {
    const sendAt = new Date(Date.now() + 20 * DAY_MS).toISOString();
    await rig.producer.enqueue({ ...STAGED_MESSAGE, send_at: sendAt, to: numbers(1) }, EU);
    expect(await (await rig.onlyJob()).getState()).toBe("delayed");
    const [key = ""] = await rig.stages();
    expect(await rig.redis.pttl(key)).toBeGreaterThan(29 * DAY_MS);
  });

  it("goes before everything else when it is urgent, as a short one does", async () => {
    const orders: string[] = [];
    for (const [key, to] of [["1", numbers(1)] as const, ["2", numbers(1)] as const, ["3", [...numbers(1)]] as const]) {
      const priority = key === "1" ? "normal" : "urgent";
      const { id } = await rig.producer.enqueue({ ...STAGED_MESSAGE, priority, to }, { ...EU, idempotencyKey: key });
      orders.unshift(id);
    }
    expect((await rig.queue.getWaiting(0, -1)).map(({ id }) => id).toReversed()).toEqual(orders.toReversed());
  });

  it("tells how far it is, at its end too", async () => {
    const reports: EnqueueProgress[] = [];
    await rig.enqueue([...numbers(10_500), "46990000000", "nobody"], {
      onProgress: (progress) => reports.push(progress),
    });
    expect(reports.at(-1)).toEqual({ requested: 10_502, staged: 10_500, duplicate: 1, rejected: 1 });
  });
});
