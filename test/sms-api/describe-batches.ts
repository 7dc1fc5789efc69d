import { describe, expect, it } from "@jest/globals";
import type { Wire } from "./sms-api.ts";
import { ANN, BOB, DAY_MS, HOUR_MS, inDays, inFuture, TEXT, TIME, ULID } from "./example.ts";
import type { SmsApiStage } from "./sms-api-stage.ts";

/** Sending, listing, changing and canceling batches, and feedback on them. */
export function describeBatches(stage: SmsApiStage): void {
  describe("batches", () => {
    it("are sent, with the numbers bare, the defaults filled in and the keys of parameters as they were", async () => {
      const parameters = { name: { [`+${ANN}`]: "Ann", default: "there" } };
      const batch = await stage.api.sendBatch({ ...TEXT, body: "Hi ${name}", parameters, client_reference: "first" });
      expect(batch).toEqual({
        id: expect.stringMatching(ULID),
        to: [ANN, BOB],
        from: "12015550123",
        canceled: false,
        parameters,
        body: "Hi ${name}",
        type: "mt_text",
        created_at: expect.stringMatching(TIME),
        modified_at: batch["created_at"],
        delivery_report: "none",
        expire_at: new Date(Date.parse(String(batch["created_at"])) + 3 * DAY_MS).toISOString(),
        client_reference: "first",
        flash_message: false,
        feedback_enabled: false,
      });
      expect(await stage.api.getBatch(batch.id)).toEqual(batch);
      expect(stage.emulator.textsTo(BOB)).toEqual(["Hi there"]);
    });

    it("may be binary or media", async () => {
      const binary = { ...TEXT, type: "mt_binary", body: "SGVsbG8=", udh: "06050423F423F4" };
      expect(await stage.api.sendBatch(binary)).toMatchObject({ type: "mt_binary", body: "SGVsbG8=", udh: binary.udh });
      const body = { url: "https://example.com/a.jpg", message: "Look", subject: "Us" };
      const media = await stage.api.sendBatch({ ...TEXT, type: "mt_media", body, strict_validation: true });
      expect(media).toMatchObject({ type: "mt_media", body, strict_validation: true });
      expect(media).not.toHaveProperty("flash_message");
    });

    it("are refused with the provider's status and code", async () => {
      const refusal = { status: 400, code: "syntax_invalid_parameter_format" };
      await expect(stage.api.sendBatch({ ...TEXT, to: ["+1"] })).rejects.toMatchObject(refusal);
      await expect(stage.api.sendBatch({ ...TEXT, delivery_report: "full" })).rejects.toMatchObject({
        status: 403,
        code: "missing_callback_url",
      });
      await expect(stage.api.getBatch("01HEAWCHESCXG8SDG5R10VF8E1")).rejects.toMatchObject({ status: 404 });
    });

    it("are listed newest first over all pages, by reference and sender", async () => {
      const ids: string[] = [];
      for (let index = 0; index < 5; index += 1) {
        ids.unshift((await stage.api.sendBatch({ ...TEXT, from: "54321", client_reference: "listed~five" })).id);
      }
      const query = { client_reference: "listed~five", start_date: inFuture(-HOUR_MS) };
      const idsOf = async (more: Wire): Promise<string[]> =>
        (await stage.api.listBatches({ ...query, ...more })).map(({ id }) => id);
      expect(await idsOf({})).toEqual(ids);
      expect(await idsOf({ page_size: 2 })).toEqual(ids);
      expect(await idsOf({ from: "54321,12345", end_date: inFuture(HOUR_MS) })).toEqual(ids);
      expect(await idsOf({ from: "12345" })).toEqual([]);
      expect(await idsOf({ end_date: inFuture(-HOUR_MS) })).toEqual([]);
    });

    it("are changed, replaced and canceled before their time, and nobody of them is texted", async () => {
      const sendAt = inFuture(DAY_MS);
      const body = { ...TEXT, to: ["46700000011", "46700000012"], send_at: sendAt, client_reference: "planned" };
      const sent = await stage.api.sendBatch(body);
      expect(sent).toMatchObject({ send_at: sendAt, expire_at: inDays(sendAt, 3) });

      const changes = {
        to_add: ["+46700000013"],
        to_remove: ["+46700000011"],
        body: "Changed",
        client_reference: null,
      };
      const updated = await stage.api.updateBatch(sent.id, changes);
      expect(updated).toMatchObject({ id: sent.id, to: ["46700000012", "46700000013"], body: "Changed" });
      expect(updated).toMatchObject({ created_at: sent["created_at"], send_at: sendAt });
      expect(updated).not.toHaveProperty("client_reference");

      const replacement = { ...TEXT, to: ["46700000014"], send_at: inFuture(2 * DAY_MS) };
      const replaced = await stage.api.replaceBatch(sent.id, replacement);
      expect(replaced).toMatchObject({ id: sent.id, to: ["46700000014"], body: "Hi", created_at: sent["created_at"] });

      expect(await stage.api.cancelBatch(sent.id)).toMatchObject({ id: sent.id, canceled: true });
      expect(await stage.api.getDeliveryReport(sent.id)).toMatchObject({ total_message_count: 0, statuses: [] });
      expect(["11", "12", "13", "14"].map((end) => stage.emulator.timesTexted(`467000000${end}`))).toEqual([
        0, 0, 0, 0,
      ]);
    });

    it("are not changed any more once they are dispatched", async () => {
      const { id } = await stage.api.sendBatch(TEXT);
      const refusal = { status: 403, code: "batch_already_dispatched" };
      await expect(stage.api.updateBatch(id, { body: "Late" })).rejects.toMatchObject(refusal);
      await expect(stage.api.replaceBatch(id, TEXT)).rejects.toMatchObject(refusal);
    });

    it("take feedback, if they asked for it", async () => {
      const { id } = await stage.api.sendBatch({ ...TEXT, feedback_enabled: true });
      await stage.api.sendDeliveryFeedback(id, [`+${BOB}`]);
      const feedback = (): unknown => stage.emulator.batches().find((batch) => batch.id === id)?.feedback;
      expect(feedback()).toEqual([BOB]);
      await stage.api.sendDeliveryFeedback(id, []);
      expect(feedback()).toEqual([BOB, ANN]);
      const { id: without } = await stage.api.sendBatch(TEXT);
      await expect(stage.api.sendDeliveryFeedback(without, [])).rejects.toMatchObject({ status: 404 });
    });
  });
}
