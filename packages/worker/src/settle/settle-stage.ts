import { noRecipients, parametersFor, type ReadyStagedSend, type SendResult } from "@volley/contract";
import type { Ending } from "../ledger/ledger.ts";
import { recordResult } from "./record-result.ts";
import type { RegionContext } from "../region/region-context.ts";
import { setAsideOf } from "../ledger/set-aside-of.ts";
import type { HeldJob } from "../job/store-data.ts";

/**
 * Settles a whole staged send of which nothing was sent and nothing will be. Its recipients stay where they are, beside
 * the message that names the stage, so that they can be sent to once more; there may be millions.
 */
export async function settleStage(
  context: RegionContext,
  held: HeldJob,
  { message, staged, parameters }: ReadyStagedSend,
  { kind, code, text }: Exclude<Ending, { kind: "accepted" }>,
): Promise<SendResult> {
  const { id, recipients, duplicate = 0, rejected = 0, refused = [] } = staged;
  const counts = { ...noRecipients(recipients + duplicate + rejected), duplicate, rejected };
  const result: SendResult = {
    state: kind,
    region: context.region,
    recipients: { ...counts, [kind]: recipients },
    batches: [],
    refused: setAsideOf(refused),
    errors: [{ part: 0, code, text, recipients, state: kind }],
  };
  const common = parametersFor(parameters, []);
  return recordResult(context, held, result, {
    message: { ...message, staged, ...(common && { parameters: common }) },
    original: held.job.data,
    line: `${kind} before any of it was sent`,
    stage: { id, end: { kind: "keep", forMs: context.keepResults.age * 1_000 } },
  });
}
