import type { Parameters } from "@volley/contract";
import { countingFor, type Duplicates, type DuplicatesFound, duplicatesIn } from "./duplicates.ts";
import { createTextedFinder } from "./find-texted.ts";
import { createOwnDigest } from "../traces/own-digest.ts";
import type { OwnValues } from "../recipients/own-values.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { sameTextOf } from "../traces/same-text.ts";
import { createChunkBuilder } from "../traces/trace-chunk.ts";
import { recall } from "../traces/trace-index.ts";

/** Looks who of a list got the same text a while ago, and writes nothing down. */
export type TextedLook = {
  readonly add: (recipient: string, own: OwnValues | null) => void;
  /** Looks for those who were added. */
  readonly catchUp: () => Promise<void>;
  readonly end: () => Promise<DuplicatesFound | null>;
};

/** What is looked for. */
export type TextedLookInput = {
  /** A send without its recipients. */
  readonly message: object;
  /** Of the send, for everybody and for single recipients. */
  readonly parameters: Parameters;
  readonly duplicates: Pick<Duplicates, "withinMs" | "except">;
  readonly now: Date;
};

/** Finds nobody. */
export const NO_LOOK: TextedLook = { add: () => {}, catchUp: async () => {}, end: async () => null };

/** Begins to look. */
export async function lookForTexted(
  access: QueueAccess,
  { message, parameters, duplicates, now }: TextedLookInput,
): Promise<TextedLook> {
  const text = sameTextOf(message);
  const memory = await recall(access, text.id);
  if (memory.traces.length === 0 && !memory.hasFew) return NO_LOOK;
  const digestOf = createOwnDigest(text.placeholders, parameters);
  const builder = createChunkBuilder(Number.POSITIVE_INFINITY, digestOf);
  const finder = createTextedFinder(access, { text: text.id, memory, counts: countingFor(duplicates, [], now) });
  let recipients: string[] = [];
  let values = new Map<string, Map<string, string>>();
  const catchUp = async (): Promise<void> => {
    const page = { recipients, parameters: values };
    recipients = [];
    values = new Map();
    for (const chunk of builder.add(page)) await finder.find(chunk);
  };
  return {
    add: (recipient, own) => {
      recipients.push(recipient);
      for (const key of text.placeholders) {
        const value = own && Object.hasOwn(own, key) ? own[key] : parameters.get(key)?.get(recipient);
        if (value === undefined) continue;
        const ofKey = values.get(key) ?? new Map<string, string>();
        values.set(key, ofKey.set(recipient, value));
      }
    },
    catchUp,
    end: async () => {
      await catchUp();
      for (const chunk of builder.end()) await finder.find(chunk);
      return duplicatesIn([finder.counts()]);
    },
  };
}
