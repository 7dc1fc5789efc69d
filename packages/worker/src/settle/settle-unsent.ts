import { noRecipients, parametersFor, type ReadySend, type ReadyStagedSend, type SendResult } from "@volley/contract";
import type { CANCELED, EXPIRED } from "../ledger/ledger.ts";
import { rejectedByVolley } from "../ledger/result-of-ledger.ts";
import { countedOf } from "../plan/split-send.ts";
import { keptStage } from "../job/store-data.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { type Record, recordResult } from "./record-result.ts";

/**
 * Settles a whole send of which nothing was sent and nothing will be: it came too late, or was canceled. Its recipients are
 * kept, so that they can be sent to once more.
 */
export async function settleUnsent(
  context: RegionContext,
  held: HeldJob,
  send: ReadySend | ReadyStagedSend,
  { kind, code, text }: typeof CANCELED | typeof EXPIRED,
): Promise<SendResult> {
  const { count, requested, duplicate, rejected, rejections } = countedOf(send);
  const result: SendResult = {
    state: kind,
    region: context.region,
    recipients: { ...noRecipients(requested), duplicate, rejected, [kind]: count },
    batches: [],
    rejected: rejectedByVolley(rejections),
    errors: [{ part: 0, code, text, recipients: count, state: kind }],
  };
  return recordResult(context, held, result, {
    original: held.job.data,
    line: `${kind} before any of it was sent`,
    ...("staged" in send ? inStage(context, send) : inJob(send)),
  });
}

function inJob({ message, recipients: { accepted }, parameters }: ReadySend): Pick<Record, "message" | "unsent"> {
  const own = parametersFor(parameters, accepted);
  return { message, unsent: { certain: [...accepted], unknown: [], ...(own && { parameters: own }) } };
}

/** They stay where they are, beside the message that names the stage: there may be millions. */
function inStage(
  context: RegionContext,
  { message, staged, parameters }: ReadyStagedSend,
): Pick<Record, "message" | "stage"> {
  const common = parametersFor(parameters, []);
  return {
    message: { ...message, staged, ...(common && { parameters: common }) },
    stage: keptStage(context, staged.id),
  };
}
