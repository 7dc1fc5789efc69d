import { openProofs, PROOF_S } from "@volley/opt-outs";
import type { Cluster, Redis } from "ioredis";
import type { OptOutTerms } from "./opt-out-step.ts";
import type { Step } from "./steps.ts";

type Acknowledging = { readonly redis: Redis | Cluster; readonly prefix: string; readonly optOuts: OptOutTerms };

/**
 * Notes for the proof of each opt-out that the provider is told now that it is written down. Where that cannot be noted, the provider
 * is told all the same: what counts is written down, and the proof says that it does not know.
 */
export function createAcknowledging({
  redis,
  prefix,
  optOuts,
}: Acknowledging): (steps: readonly Step[]) => Promise<void> {
  const { numbering, proofS = PROOF_S } = optOuts;
  const { noteAcknowledged } = openProofs({ redis, prefix, numbering, keepS: proofS });
  return async (steps) => {
    const heard = steps.flatMap((step) => (step.kind === "batch" || step.optOut === null ? [] : [step.optOut.proof]));
    await Promise.allSettled(heard.map(async ({ number, id }) => noteAcknowledged(number, id)));
  };
}
