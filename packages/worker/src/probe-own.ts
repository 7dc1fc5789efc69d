import { policyInput } from "./policy-input.ts";
import type { RegionContext } from "./region-context.ts";
import { decideUnasked } from "./retry-policy.ts";

/** Whether the provider takes this process's set-up; `unsaid` where it could not be asked. */
export type OwnProbe =
  { readonly kind: "taken" } | { readonly kind: "refused"; readonly code: string } | { readonly kind: "unsaid" };

/** No batch of ours has it: the references of parts carry the ID of a job. */
const NOBODYS_REFERENCE = "volley-probe";

/** Asks the provider a question that changes nothing, and that belongs to no job. */
export async function probeOwn(context: RegionContext): Promise<OwnProbe> {
  const finding = await context.client.findBatch(NOBODYS_REFERENCE, context.now());
  if (finding.kind !== "unasked" || finding.failure.kind === "rejected") return { kind: "taken" };
  const { failure } = finding;
  if (decideUnasked(failure, policyInput(context)).kind !== "suspend") return { kind: "unsaid" };
  return { kind: "refused", code: failure.code };
}
