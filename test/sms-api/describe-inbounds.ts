import { describe, expect, it } from "@jest/globals";
import { ANN, HOUR_MS, inFuture, TIME, ULID } from "./example.ts";
import type { SmsApiStage } from "./sms-api-stage.ts";

/** Messages from phones. */
export function describeInbounds(stage: SmsApiStage): void {
  describe("inbounds", () => {
    it("are listed and shown, whatever they are", async () => {
      const common = { plan: stage.plan, from: `+${ANN}`, to: "+12015550123" };
      const media = [{ url: "https://example.com/a.jpg", content_type: "image/jpeg" }];
      const binary = { ...common, type: "mo_binary", body: "SGVsbG8=", udh: "0605", operator_id: "24001" } as const;
      const picture = {
        ...common,
        type: "mo_media",
        to: "54321",
        body: { subject: "Us", message: "Look", media },
      } as const;
      const inbounds = [
        stage.emulator.receive({ ...common, body: "Stop", client_reference: "reply", sent_at: inFuture(-HOUR_MS) }),
        stage.emulator.receive(binary),
        stage.emulator.receive(picture),
      ];
      expect(await stage.api.listInbounds({ page_size: 2 })).toEqual(inbounds.toReversed());
      expect(await stage.api.listInbounds({ to: "12015550123", client_reference: "reply" })).toEqual([inbounds[0]]);
      expect(await stage.api.listInbounds({ start_date: inFuture(HOUR_MS) })).toEqual([]);
      expect(await stage.api.getInbound(String(inbounds[2]?.id))).toEqual({
        type: "mo_media",
        id: expect.stringMatching(ULID),
        from: ANN,
        to: "54321",
        body: { subject: "Us", message: "Look", media: [{ ...media[0], status: "Uploaded", code: 0 }] },
        received_at: expect.stringMatching(TIME),
      });
      await expect(stage.api.getInbound("01HEAWCHESCXG8SDG5R10VF8E1")).rejects.toMatchObject({ status: 404 });
    });
  });
}
