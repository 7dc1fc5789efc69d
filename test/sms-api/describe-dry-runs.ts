import { describe, expect, it } from "@jest/globals";
import { ANN, BOB, TEXT } from "./example.ts";
import type { SmsApiStage } from "./sms-api-stage.ts";

/** What a batch would come to. */
export function describeDryRuns(stage: SmsApiStage): void {
  describe("dry runs", () => {
    it("count segments and fill in parameters, for as many recipients as asked for", async () => {
      const body = {
        ...TEXT,
        body: "${name}",
        parameters: { name: { [ANN]: "x".repeat(161), default: "жж" } },
      };
      expect(await stage.api.dryRun(body)).toEqual({ number_of_recipients: 2, number_of_messages: 3 });
      expect(await stage.api.dryRun(body, { per_recipient: true })).toEqual({
        number_of_recipients: 2,
        number_of_messages: 3,
        per_recipient: [
          { recipient: ANN, number_of_parts: 2, body: "x".repeat(161), encoding: "text" },
          { recipient: BOB, number_of_parts: 1, body: "жж", encoding: "unicode" },
        ],
      });
      expect(await stage.api.dryRun(body, { per_recipient: true, number_of_recipients: 1 })).toMatchObject({
        number_of_messages: 3,
        per_recipient: [{ recipient: ANN }],
      });
    });
  });
}
