import { isGroup } from "@volley/contract";
import { type Place, reachedBatchKey, reachedKey, reachedPersonKey } from "../terms/keys.ts";
import { packPeople } from "./pack-people.ts";
import { answeredSender } from "./sender.ts";

/** A batch as far as somebody's answer to it is concerned. */
export type AnswerableBatch = {
  readonly from: string | undefined;
  /** As they go over the wire. */
  readonly recipients: readonly string[];
  /** Theirs, of `valuesOfNumbers`. */
  readonly values: () => Float64Array;
  /** Its `client_reference`. */
  readonly reference: string;
  /** When the provider is to send it; `null`: at once. */
  readonly sendAt: Date | null;
};

/** What the scripts are called with. */
export type ReachedCall = { readonly keys: readonly string[]; readonly values: readonly (string | number)[] };

/** How it is noted that a batch is handed over, and what became of it. */
export type ReachedBatch = {
  /** For `NOTE_REACHED`. */
  readonly handedOver: ReachedCall;
  /**
   * For `NOTE_ENDED`.
   *
   * @param id - of the batch; `null` where it is known that it reaches nobody, `REACH_IN_DOUBT` where that is not known any more
   */
  readonly ended: (id: string | null) => ReachedCall;
};

const ALONE = { packed: "", hasGroups: false };

/**
 * @param keptS - for how long an answer finds it, in seconds
 * @returns `null` where nobody can answer: its sender is a name
 */
export function reachedBatch(place: Place, batch: AnswerableBatch, keptS: number): ReachedBatch | null {
  const { from, recipients, values, reference, sendAt } = batch;
  const sender = answeredSender(from);
  if (sender === null) return null;
  const [only] = recipients;
  const isAlone = recipients.length === 1 && only !== undefined && !isGroup(only);
  const person = isAlone ? reachedPersonKey(place, sender, only) : "";
  const keys = isAlone ? [person, person] : [reachedKey(place, sender), reachedBatchKey(place, reference)];
  const { packed, hasGroups } = isAlone ? ALONE : packPeople(values());
  return {
    handedOver: { keys, values: [reference, packed, hasGroups ? 1 : 0, sendAt?.getTime() ?? 0, keptS] },
    ended: (id) => ({ keys, values: [reference, id ?? ""] }),
  };
}
