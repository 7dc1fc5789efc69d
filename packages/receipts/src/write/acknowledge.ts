import { referredSend } from "@volley/contract";
import { openProofs, PROOF_S, type Proofs } from "@volley/opt-outs";
import type { Cluster, Redis } from "ioredis";
import { findBatchesTo } from "../reached/find-batches.ts";
import type { OptOutProof, OptOutTerms } from "./opt-out-step.ts";
import type { Step } from "./steps.ts";
import { within } from "./within.ts";

type Acknowledging = { readonly redis: Redis | Cluster; readonly prefix: string; readonly optOuts: OptOutTerms };

/** A request has ended after so many milliseconds, or it is not known any more whether it will. */
const LONGEST_REQUEST_MS = 10 * 60 * 1_000;

/** So long it is looked for what is on its way before the provider is told, in milliseconds. */
const LOOKING_MS = 200;

/**
 * Notes for the proof of each opt-out what is on its way to them, and that the provider is told now that it is written down.
 * Where that cannot be noted, the provider is told all the same: what counts is written down, and the proof says that it does not
 * know.
 */
export function createAcknowledging({
  redis,
  prefix,
  optOuts,
}: Acknowledging): (steps: readonly Step[]) => Promise<void> {
  const { numbering, proofS = PROOF_S } = optOuts;
  const proofs = openProofs({ redis, prefix, numbering, keepS: proofS });
  return async (steps) => {
    const heard = steps.flatMap((step) => (step.kind === "batch" || step.optOut === null ? [] : [step.optOut.proof]));
    await Promise.allSettled(
      heard.map(async (proof) => {
        const noted = proof.stops === null ? null : noteUnderWay({ redis, prefix, proofs }, proof, proof.stops);
        // It goes on beside that, and what it finds is noted all the same.
        if (noted !== null) await within(LOOKING_MS, noted).catch(async () => proofs.noteLateCut(proof.number));
        await proofs.noteAcknowledged(proof.number, proof.id);
      }),
    );
  };
}

/** Whatever was handed over before they were on the list, and has not been answered yet or waits for its time. */
async function noteUnderWay(
  { redis, prefix, proofs }: Pick<Acknowledging, "redis" | "prefix"> & { readonly proofs: Proofs },
  { number }: OptOutProof,
  { region, sender }: OptOutProof["stops"] & object,
): Promise<void> {
  const [seconds, micros] = await redis.time();
  const now = new Date(Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000));
  const since = new Date(now.getTime() - LONGEST_REQUEST_MS);
  const query = { person: number, sender, since, openAt: now };
  const { batches, isCut } = await findBatchesTo(redis, { prefix, region }, query);
  if (isCut) await proofs.noteLateCut(number);
  for (const { reference, at, batchId } of batches) {
    const isWaiting = at > now;
    const times = isWaiting ? { handedOverAt: null, sendAt: at } : { handedOverAt: at, sendAt: null };
    const sendId = referredSend(reference)?.id ?? null;
    await proofs.noteTooLate(number, { reference, region, sender, sendId, batchId, ...times }, "");
  }
}
