import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { noRecipients, regionNoticeKey } from "@volley/contract";
import { createNumbering, openProofs, openSuppressionList, type Scope, type SuppressionList } from "@volley/opt-outs";
import type { Finding, SinchClient } from "@volley/sinch";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";

const ANN = "46701234567";
const BO = "46701234568";

let rig: RegionRig;
let list: SuppressionList;

beforeEach(async () => {
  rig = await startRegionRig();
  list = openSuppressionList({ redis: rig.redis, prefix: rig.prefix, numbering: createNumbering() });
});

afterEach(async () => rig.close());

async function optOut(people: readonly string[], scope: Scope = "all"): Promise<void> {
  const said = { kind: "stop", at: new Date(), who: "inbound", why: "STOP" } as const;
  await list.add(people.map((number) => ({ number, scope, ...said })));
}

function texted(): string[] {
  return rig.emulator.batches().flatMap(({ to }) => to);
}

const BY_VOLLEY = { reason: "opted_out", by: "volley" } as const;

describe("somebody who has opted out", () => {
  it("has a proof of what they were left out from, whoever else is left, and nobody else has one", async () => {
    await optOut([ANN]);
    const both = await rig.add(textTo(ANN, BO));
    await rig.startWorker();
    await rig.resultOf(both.id);
    const alone = await rig.add(textTo(ANN));
    await rig.resultOf(alone.id);
    const proofs = openProofs({ redis: rig.redis, prefix: rig.prefix, numbering: createNumbering() });
    expect((await proofs.read(ANN)).withheld).toMatchObject({
      total: 2,
      last: [
        { region: "eu", sendId: alone.id, part: null },
        { region: "eu", sendId: both.id, part: null },
      ],
    });
    expect((await proofs.read(BO)).withheld).toBeNull();
  });

  it("is left out with the own values, and is counted and named", async () => {
    await optOut([ANN]);
    const send = { ...textTo("+1", ANN, BO), body: "Hi ${name}", parameters: { name: { [ANN]: "Ann", [BO]: "Bo" } } };
    const job = await rig.add(send);
    await rig.startWorker();
    expect(await rig.resultOf(job.id)).toMatchObject({
      state: "accepted",
      recipients: { ...noRecipients(3), accepted: 1, rejected: 1, suppressed: 1 },
      rejected: [{ recipient: "+1" }, { recipient: ANN, index: 1, ...BY_VOLLEY }],
      errors: [],
    });
    expect(texted()).toEqual([BO]);
    expect(JSON.stringify(rig.emulator.batches()[0]?.request)).not.toContain("Ann");
    expect((await rig.queue.getJobLogs(String(job.id))).logs.join()).not.toContain(ANN);
  });

  it("costs no request where nobody else is left, and the send is rejected", async () => {
    await optOut([ANN, BO]);
    const one = await rig.add(textTo(ANN));
    const both = await rig.add(textTo(ANN, BO));
    await rig.startWorker();
    for (const [job, count] of [
      [one, 1],
      [both, 2],
    ] as const) {
      expect(await rig.resultOf(job.id)).toMatchObject({
        state: "rejected",
        recipients: { ...noRecipients(count), suppressed: count },
      });
    }
    expect(rig.emulator.requests()).toEqual([]);
  });

  it("is left out by sender and by region, of the sends that these are about", async () => {
    await optOut([ANN], { sender: "12015550123" });
    await optOut([BO], { region: "us" });
    const job = await rig.add(textTo(ANN, BO));
    const other = await rig.add({ ...textTo(ANN), from: "Volley" });
    await rig.startWorker();
    expect(await rig.resultOf(job.id)).toMatchObject({ recipients: { accepted: 1, suppressed: 1 } });
    expect(await rig.resultOf(other.id)).toMatchObject({ recipients: { accepted: 1 } });
    expect(texted().toSorted()).toEqual([ANN, BO]);
  });

  it("is texted again once taken off the list, by a worker that has known it", async () => {
    await rig.startWorker();
    for (const [change, count] of [
      [async () => {}, 1],
      [async () => optOut([ANN]), 1],
      [async () => list.remove([{ number: ANN, scope: "all" }], { who: "kim", why: "" }), 2],
    ] as const) {
      await change();
      await rig.resultOf((await rig.add(textTo(ANN))).id);
      expect(texted()).toHaveLength(count);
    }
  });

  it("is left out of every part and lot of a long send", async () => {
    const people = numbers(2_500);
    const out = people.filter((_, place) => place % 7 === 3 || (place >= 1_000 && place < 1_200));
    await optOut(out);
    const job = await rig.add(textTo(...people));
    await rig.startWorker({ limits: { rate: 1_500, burstMs: 100 } });
    const result = await rig.resultOf(job.id);
    expect(result.recipients).toEqual({
      ...noRecipients(2_500),
      accepted: 2_500 - out.length,
      suppressed: out.length,
    });
    expect(result.state).toBe("accepted");
    const named = new Map(result.rejected.map(({ recipient, index }) => [recipient, people[index ?? -1]]));
    expect(named).toEqual(new Map(out.map((number) => [number, number])));
    const left = new Set(out);
    expect(texted().toSorted()).toEqual(people.filter((number) => !left.has(number)));
  });
});

describe("a batch of which somebody was left out", () => {
  it.each([true, false])("is adopted where its answer is lost, whether it says whom it is to (%p)", async (isShown) => {
    await optOut([ANN]);
    rig.emulator.faults.add({ match: { method: "POST" }, action: { kind: "drop", accept: true } });
    const client = rig.client();
    const findBatch: SinchClient["findBatch"] = async (...asked) => hidden(await client.findBatch(...asked));
    const readBatch: SinchClient["readBatch"] = async (id) => {
      const reading = await client.readBatch(id);
      return reading.kind === "batch" ? { ...reading, batch: { ...reading.batch, to: undefined } } : reading;
    };
    const job = await rig.add(textTo(ANN, BO));
    await rig.startWorker(isShown ? {} : { client: { ...client, findBatch, readBatch } });
    expect(await rig.resultOf(job.id)).toMatchObject({
      state: "accepted",
      recipients: { ...noRecipients(2), accepted: 1, suppressed: 1 },
      batches: [{ adopted: true, recipients: 1 }],
    });
    expect(texted()).toEqual([BO]);
  });

  it("counts whoever opted out after the request as accepted, and texts nobody twice", async () => {
    rig.emulator.faults.add({ match: { method: "POST" }, action: { kind: "drop", accept: true } });
    const job = await rig.add(textTo(ANN, BO));
    const worker = await rig.startWorker({ settings: { unknownHoldMs: 1_000 } });
    await eventually(() => texted().length === 2, "the batch");
    await optOut([ANN]);
    expect(await rig.resultOf(job.id)).toMatchObject({ recipients: { accepted: 2, suppressed: 0 } });
    expect(texted()).toEqual([ANN, BO]);
    await worker.close();
  });
});

/** A list of batches that does not say whom they are to. */
function hidden(finding: Finding): Finding {
  return finding.kind === "found" ? { kind: "found", batch: { ...finding.batch, to: undefined } } : finding;
}

describe("a list that cannot be read", () => {
  it("keeps everything waiting and says why; afterwards everything goes out, once", async () => {
    await optOut([ANN]);
    const head = `${rig.prefix}:suppressions`;
    const version = await rig.redis.get(head);
    await rig.startWorker();
    await rig.resultOf((await rig.add(textTo(BO))).id);
    await rig.redis.set(head, "garbage");
    const jobs = [await rig.add(textTo(ANN, BO)), await rig.add(textTo(BO))];
    const notice = await eventually(async () => rig.redis.get(regionNoticeKey(rig.prefix, "eu")), "a notice");
    expect(notice).toContain("suppression list");
    await eventually(() => rig.lines.some((line) => line.includes("suppression list")), "a line of the log");
    expect(texted()).toEqual([BO]);
    await rig.redis.set(head, version ?? "");
    for (const job of jobs) expect(await rig.resultOf(job.id)).toMatchObject({ recipients: { accepted: 1 } });
    expect(texted()).toEqual([BO, BO, BO]);
  });
});
