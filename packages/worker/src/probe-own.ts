import { policyInput } from "./policy-input.ts";
import type { RegionContext } from "./region-context.ts";
import { decideUnasked } from "./retry-policy.ts";
import { type Trouble, troubleOf } from "./trouble.ts";

/** Whether the provider takes this process's set-up; `unsaid` where it could not be asked. */
export type OwnProbe =
  { readonly kind: "taken" } | { readonly kind: "refused"; readonly refusal: Refusal } | { readonly kind: "unsaid" };

/** Why a set-up is of no use, and how long until the next probe, in milliseconds. */
export type Refusal = { readonly trouble: Trouble; readonly delayMs: number };

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
