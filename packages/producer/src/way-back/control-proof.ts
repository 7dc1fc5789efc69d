import type { Numbering } from "@volley/opt-outs";
import { type Proof, readProof } from "@volley/receipts";
import type { Cluster, Redis } from "ioredis";
import { requireNumber } from "./suppression-input.ts";

/** The proof that somebody is left in peace. */
export type SuppressionProof = Proof;

/** The call about it. */
export type ProofControl = {
  /**
   * What was heard of a number, what was done about it, what was withheld from it since, and what was too late; see
   * {@link SuppressionProof}. Nothing but empty lists for a number of which nothing is known.
   *
   * @throws ProducerError `VOLLEY_INVALID_SUPPRESSION`
   */
  readonly proof: (number: string) => Promise<SuppressionProof>;
};

type ProofOptions = {
  readonly redis: Redis | Cluster;
  readonly prefix: string;
  readonly numbering: Numbering;
  readonly ask: <T>(step: () => Promise<T>) => Promise<T>;
};

export function controlProof({ ask, ...source }: ProofOptions): ProofControl {
  return {
    proof: async (number) => {
      const one = requireNumber("number", number);
      return ask(async () => readProof(source, one));
    },
  };
}
