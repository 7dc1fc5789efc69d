import { describe, expect, it } from "@jest/globals";
import { eventually } from "../stage/eventually.ts";
import type { Wire } from "./sms-api.ts";
import { ANN, BOB, HOUR_MS, inFuture, TEXT, TIME } from "./example.ts";
import type { SmsApiStage } from "./sms-api-stage.ts";

/** Delivery reports, asked for and called back. */
export function describeReports(stage: SmsApiStage): void {
  describe("delivery reports", () => {
    it("say what became of a batch and of everybody in it", async () => {
      stage.emulator.faults.add({ action: { kind: "outcome", code: 150, recipients: [BOB] } });
      const id = await sendToEnd(stage, { ...TEXT, client_reference: "reported" });
      const common = {
        type: "delivery_report_sms",
        batch_id: id,
        total_message_count: 2,
        client_reference: "reported",
      };
      expect(await stage.api.getDeliveryReport(id)).toEqual({
        ...common,
        statuses: [
          { code: 0, status: "Delivered", count: 1 },
          { code: 150, status: "Failed", count: 1 },
        ],
      });
      expect(await stage.api.getDeliveryReport(id, { type: "full", status: "Failed", code: "150,151" })).toEqual({
        ...common,
        statuses: [{ code: 150, status: "Failed", count: 1, recipients: [BOB] }],
      });
      expect(await stage.api.getRecipientReport(id, ANN)).toEqual({
        type: "recipient_delivery_report_sms",
        batch_id: id,
        recipient: ANN,
        code: 0,
        status: "Delivered",
        at: expect.stringMatching(TIME),
        operator_status_at: expect.stringMatching(/:00\.000Z$/),
        client_reference: "reported",
      });
      await expect(stage.api.getRecipientReport(id, "46700000000")).rejects.toMatchObject({ status: 404 });
    });

    it("are listed as soon as they are final, by reference, status and code", async () => {
      const id = await sendToEnd(stage, {
        ...TEXT,
        body: "${a}",
        parameters: { a: { [ANN]: "x" } },
        client_reference: "all",
      });
      const reports = await stage.api.listDeliveryReports({ client_reference: "all", page_size: 1 });
      expect(reports.map(({ batch_id: batch }) => batch)).toEqual([id, id]);
      expect(states(reports)).toEqual([`${ANN} 0 Delivered`, `${BOB} 405 Aborted`]);
      const delivered = await stage.api.listDeliveryReports({
        client_reference: "all",
        status: "Delivered",
        code: "0",
      });
      expect(delivered).toMatchObject([{ recipient: ANN }]);
      expect(await stage.api.listDeliveryReports({ end_date: inFuture(-HOUR_MS) })).toEqual([]);
    });

    it("are called back as they are asked for", async () => {
      const { url, received } = stage.receiver;
      const send = async (type: string): Promise<string> =>
        (await stage.api.sendBatch({ ...TEXT, delivery_report: type, callback_url: url })).id;
      const callbacks = async (id: string, count: number): Promise<Wire[]> => {
        const ofBatch = (): Wire[] => received.map(({ body }) => body).filter((body) => body["batch_id"] === id);
        return eventually(() => ofBatch().length >= count && ofBatch(), `${count} callbacks`);
      };
      const summary = await send("summary");
      const full = await send("full");
      const everyChange = await send("per_recipient");
      const final = await send("per_recipient_final");

      const batch = { type: "delivery_report_sms", total_message_count: 2 };
      const delivered = { code: 0, status: "Delivered", count: 2 };
      expect(await callbacks(summary, 1)).toEqual([{ ...batch, batch_id: summary, statuses: [delivered] }]);
      expect(await callbacks(full, 1)).toEqual([
        { ...batch, batch_id: full, statuses: [{ ...delivered, recipients: [ANN, BOB] }] },
      ]);
      const ends = [`${ANN} 0 Delivered`, `${BOB} 0 Delivered`];
      expect(states(await callbacks(final, 2))).toEqual(ends);
      const changes = [...ends, `${ANN} 401 Dispatched`, `${BOB} 401 Dispatched`];
      expect(states(await callbacks(everyChange, 4))).toEqual(changes.toSorted());
    });
  });
}

/** Sends, and waits until everybody's message has ended. */
async function sendToEnd({ api }: SmsApiStage, body: Wire): Promise<string> {
  const { id } = await api.sendBatch(body);
  await eventually(async () => {
    const { statuses } = await api.getDeliveryReport(id);
    return statuses.every(({ code }) => code !== 400 && code !== 401);
  }, "final reports");
  return id;
}

/** Who is in which state, in an order of its own. */
function states(reports: readonly Wire[]): string[] {
  return reports
    .map(({ recipient, code, status }) => `${String(recipient)} ${String(code)} ${String(status)}`)
    .toSorted();
}
