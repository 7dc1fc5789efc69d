import type { RegionContext } from "../region/region-context.ts";
import { decideUnasked, policyInput } from "./retry-policy.ts";
import type { OwnProbe } from "../region/stand-aside.ts";
import { troubleOf } from "../terms/trouble.ts";

/** No batch of ours has it: the references of parts carry the ID of a job. */
const NOBODYS_REFERENCE = "volley-probe";

/** Asks the provider a question that changes nothing, and that belongs to no job. */
export async function probeOwn(context: RegionContext): Promise<OwnProbe> {
  const finding = await context.client.findBatch(NOBODYS_REFERENCE, context.now());
  if (finding.kind !== "unasked" || finding.failure.kind === "rejected") return { kind: "taken" };
  const { failure } = finding;
  const decision = decideUnasked(failure, policyInput(context));
  if (decision.kind !== "suspend") return { kind: "unsaid" };
  const { delayMs } = decision;
  return { kind: "refused", refusal: { trouble: troubleOf(failure, context.client.host), delayMs } };
}
