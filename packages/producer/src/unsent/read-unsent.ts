import { LIMITS, type Send, type SendResult, type WireParameters } from "@volley/contract";
import { ProducerError } from "../terms/producer-error.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { requireJob } from "../redis/find-job.ts";
import type { RecipientEntry, SendToMany } from "../recipients/recipient-source.ts";
import { settledOf, type UnsentList, unsentLists } from "./unsent-lists.ts";
import { DEFAULT } from "../recipients/own-values.ts";

/** Those who were certainly not texted, or those about whom nobody knows. */
type Whom = "certain" | "unknown";

/** Whom a settled send has not reached: counted, and read when they are needed. */
export type UnsentSend = Readonly<Record<Whom, number>> & {
  readonly message: Omit<Send, "to" | "parameters">;
  readonly result: SendResult;
  /** Of one part after the other: there may be millions. */
  readonly lists: () => AsyncIterable<UnsentList>;
};

/**
 * Counts whom a settled send has not reached.
 *
 * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, also when a part of those is no longer kept: somebody would be left out
 *   without a word; `VOLLEY_SEND_NOT_SETTLED`
 */
export async function readUnsent(access: QueueAccess, address: SendAddress): Promise<UnsentSend> {
  const settled = settledOf(address, await requireJob(access, address));
  if (!settled) throw new ProducerError("VOLLEY_SEND_NOT_SETTLED", `${address.id}: it has not ended yet`);
  const lists = (): AsyncIterable<UnsentList> => unsentLists(access, settled);
  let [certain, unknown, lost] = [0, 0, 0];
  for await (const list of lists()) {
    certain += list.certain.length;
    unknown += list.unknown.length;
    lost += list.lost;
  }
  if (lost > 0) {
    const whom = `${lost.toLocaleString("en")} of the recipients whom it has not reached`;
    throw new ProducerError("VOLLEY_UNKNOWN_SEND", `${address.id}: ${whom} are no longer kept`);
  }
  const { staged: _, parameters: __, ...message } = { staged: null, parameters: null, ...settled.message };
  return { certain, unknown, message: message as UnsentSend["message"], result: settled.result, lists };
}

/** The send that goes to some of those recipients once more: a short one as a list, a long one as a stream. */
export async function sendAgain(unsent: UnsentSend, whom: Whom, changes: Partial<Send>): Promise<SendToMany> {
  const message = { ...unsent.message, ...changes };
  if (unsent[whom] > LIMITS.unstagedRecipients) {
    return { ...message, to: entriesOf(unsent, whom), ...(await defaultsOf(unsent)) } as SendToMany;
  }
  const to: string[] = [];
  const parameters: Record<string, Record<string, string>> = {};
  for await (const list of unsent.lists()) {
    to.push(...list[whom]);
    for (const [key, values] of Object.entries(list.parameters ?? {}))
      parameters[key] = { ...parameters[key], ...values };
  }
  return { ...message, to, ...(Object.keys(parameters).length > 0 && { parameters }) } as Send;
}

/** Page by page, each recipient with the values that are theirs alone. */
async function* entriesOf({ lists }: UnsentSend, whom: Whom): AsyncGenerator<RecipientEntry[]> {
  for await (const list of lists()) {
    const parameters = Object.entries(list.parameters ?? {});
    yield list[whom].map((to) => (parameters.length === 0 ? to : { to, parameters: ownOf(to, parameters) }));
  }
}

function ownOf(to: string, parameters: readonly [string, WireParameters[string]][]): Record<string, string> {
  return Object.fromEntries(
    parameters.flatMap(([key, { [to]: value }]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** What is for everybody is the same in every part. */
async function defaultsOf({ lists }: UnsentSend): Promise<{ parameters?: WireParameters }> {
  for await (const { parameters } of lists()) {
    if (parameters === undefined) continue;
    const defaults = Object.entries(parameters).map(([key, { [DEFAULT]: value }]) => {
      return [key, value === undefined ? {} : { [DEFAULT]: value }] as const;
    });
    return { parameters: Object.fromEntries(defaults) };
  }
  return {};
}
