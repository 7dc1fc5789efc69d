import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { clientReference, readJobData, sendId, type SendResult, type Unsent } from "@volley/contract";
import type { FaultAction } from "@volley/emulator";
import { judgeCanceled } from "./judge-canceled.ts";
import type { Settings } from "../terms/settings.ts";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";

const [ANN, BO, CY] = ["46701234567", "46701234568", "46701234569"] as const;

const HOUR_MS = 3_600_000;

const REPORT = { path: "/delivery_report" };

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

/** What a send came to whose worker died after its request, and whose batch somebody else has canceled since. */
async function endOf(
  changes: object = {},
  settings: Partial<Settings> = {},
): Promise<{ readonly result: SendResult; readonly unsent: Unsent | undefined }> {
  const data = { ...textTo(ANN, BO, CY), ...changes };
  const { id } = await rig.add(data, { jobId: sendId("eu") });
  const { job, free } = await rig.pickUp();
  const { queueQualifiedName: queue, timestamp } = job;
  const client = rig.client();
  const accepted = await client.sendBatch({
    ...data,
    client_reference: clientReference(undefined, { id: String(id), queue, timestamp, content: () => "" }),
  });
  if (accepted.kind !== "accepted") throw new Error("the batch was not accepted");
  await client.cancelBatch(accepted.batchId);
  await free();
  await rig.startWorker({ settings: { leadMs: 2 * HOUR_MS, ...settings } });
  const result = await rig.resultOf(id);
  const stored = readJobData((await rig.queue.getJob(String(id)))?.data);
  return { result, unsent: stored.kind === "settled" ? stored.data.unsent : undefined };
}

function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

/** Lets messages end otherwise than they would. */
function fate(code: number, ...recipients: string[]): void {
  rig.emulator.faults.add({ match: { method: "POST" }, action: { kind: "outcome", code, recipients, after_ms: 0 } });
}

describe("a batch that somebody has canceled", () => {
  it("before its time by the provider's own clock has reached nobody, and nothing more is asked", async () => {
    const { result, unsent } = await endOf({ send_at: inMs(HOUR_MS) });
    expect(result).toMatchObject({
      state: "canceled",
      recipients: { canceled: 3, accepted: 0, unknown: 0 },
      batches: [],
      errors: [{ code: "canceled_at_provider", recipients: 3, state: "canceled" }],
    });
    expect(unsent).toEqual({ certain: [ANN, BO, CY], unknown: [] });
    expect(rig.emulator.requests().filter(({ path }) => path.includes(REPORT.path))).toEqual([]);
  });

  it("is not believed by times that tell of an earlier change, but by its report", async () => {
    const accepted = await rig.client().sendBatch({ ...textTo(ANN), client_reference: "changed" });
    const id = accepted.kind === "accepted" ? accepted.batchId : "";
    const shown = { id, created_at: inMs(-2_000), modified_at: inMs(-1_000), send_at: inMs(HOUR_MS) };
    expect(await judgeCanceled(rig.client(), shown, 1)).toEqual({ kind: "in_time" });
    expect(await judgeCanceled(rig.client(), shown, 1, true)).toEqual({ kind: "too_late" });
    // Somebody was taken out of it, which nobody has written down yet.
    expect(await judgeCanceled(rig.client(), { ...shown, to: [ANN] }, 2)).toEqual({ kind: "too_late" });
  });

  it("after everybody's message was on its way counts as accepted: nobody may be sent to again", async () => {
    const { result, unsent } = await endOf();
    expect(result).toMatchObject({
      state: "accepted",
      recipients: { accepted: 3, canceled: 0 },
      batches: [{ id: rig.emulator.batches()[0]?.id, recipients: 3, adopted: true }],
    });
    expect(unsent).toBeUndefined();
  });

  it("while it was being sent has reached those of whom the provider's report does not say otherwise", async () => {
    fate(407, BO);
    const { result, unsent } = await endOf();
    expect(result).toMatchObject({
      state: "partial",
      recipients: { accepted: 2, canceled: 1, unknown: 0 },
      batches: [{ recipients: 2, adopted: true }],
      errors: [{ code: "canceled_at_provider", recipients: 1, state: "canceled" }],
    });
    expect(unsent).toEqual({ certain: [BO], unknown: [] });
  });

  it("has perhaps reached those who are still queued when the hold is over", async () => {
    fate(407, ANN);
    fate(400, BO);
    const { result, unsent } = await endOf({}, { unknownHoldMs: 1_500 });
    expect(result).toMatchObject({
      state: "partial",
      recipients: { accepted: 1, canceled: 1, unknown: 1 },
      errors: [
        { code: "canceled_at_provider", recipients: 1, state: "canceled" },
        { code: "canceled_at_provider", recipients: 1, state: "unknown" },
      ],
    });
    expect(unsent).toEqual({ certain: [ANN], unknown: [BO] });
    const asked = rig.emulator.requests().filter(({ path }) => path.includes(REPORT.path));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it.each<{ title: string; action: FaultAction }>([
    { title: "there is none", action: { kind: "status", status: 404 } },
    { title: "it is refused", action: { kind: "status", status: 400 } },
    { title: "it does not say of how many messages", action: report({ statuses: [] }) },
    {
      title: "it is empty although the batch was to go at once",
      action: report({ total_message_count: 0, statuses: [] }),
    },
    { title: "it is empty although there are messages", action: report({ total_message_count: 3, statuses: [] }) },
    {
      title: "it is about some of them only",
      action: report({ total_message_count: 2, statuses: [{ code: 407, status: "Cancelled", count: 2 }] }),
    },
    {
      title: "it has a status that nobody knows",
      action: report({ total_message_count: 3, statuses: [{ code: 499, status: "Recalled", count: 3 }] }),
    },
  ])("is unknown when the provider's report does not help: $title", async ({ action }) => {
    rig.emulator.faults.add({ match: REPORT, times: null, action });
    const { result, unsent } = await endOf();
    expect(result).toMatchObject({
      state: "unknown",
      recipients: { unknown: 3, canceled: 0 },
      errors: [{ code: "canceled_at_provider", recipients: 3, state: "unknown" }],
    });
    expect(unsent).toEqual({ certain: [], unknown: [ANN, BO, CY] });
  });

  it("is nobody's where the report is empty and it was to wait, whatever its other times say", async () => {
    rig.emulator.faults.add({
      match: REPORT,
      times: null,
      action: report({ total_message_count: 0, statuses: [] }),
    });
    const { result } = await endOf({ send_at: inMs(1_900) }, { unknownHoldMs: 1_500 });
    expect(result).toMatchObject({ state: "canceled", recipients: { canceled: 3, unknown: 0 } });
  });

  it("is asked about again while the provider cannot answer", async () => {
    rig.emulator.faults.add({ match: REPORT, times: 3, action: { kind: "status", status: 503 } });
    expect((await endOf()).result).toMatchObject({ state: "accepted", batches: [{ adopted: true }] });
  });

  it("is unknown when the provider cannot answer until the send expires", async () => {
    rig.emulator.faults.add({ match: REPORT, times: null, action: { kind: "status", status: 503 } });
    const { result } = await endOf({ expire_at: inMs(1_000) });
    expect(result).toMatchObject({ state: "unknown", recipients: { unknown: 3 }, errors: [{ code: "http_503" }] });
  });
});

function report(body: object): FaultAction {
  return { kind: "status", status: 200, body: { type: "delivery_report_sms", batch_id: "01", ...body } };
}
