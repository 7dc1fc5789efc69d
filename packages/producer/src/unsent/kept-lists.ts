import { LIMITS, parametersFor, readSend, stagedOf, type WireParameters } from "@volley/contract";
import type { QueueAccess } from "../redis/queue-access.ts";
import { readStagedList } from "../staging/read-piece.ts";
import type { Settled, UnsentList } from "./unsent-lists.ts";

/**
 * Some of the recipients of a send whose recipients are kept, with the values that are theirs: from its own data, or piece by
 * piece from its stage. Whoever is not kept is in none of the lists.
 */
export async function* keptLists(
  access: QueueAccess,
  { message, timestamp, parts, kept }: Settled,
  wanted: ReadonlySet<string>,
): AsyncGenerator<UnsentList> {
  const { parameters, ...others } = { parameters: kept?.parameters, ...message };
  const common = { ...others, ...(parameters && { parameters }) };
  for (let piece = 0; piece < (parts ?? 1); piece += 1) {
    const staged = kept && { staged: { id: kept.stage, recipients: LIMITS.recipientsPerBatch, piece } };
    const { recipients, values } = await peopleOf(access, { ...common, ...staged }, timestamp, wanted);
    yield { certain: recipients, unknown: [], lost: 0, ...(values && { parameters: values }) };
  }
}

type People = { readonly recipients: string[]; readonly values: WireParameters | undefined };

async function peopleOf(
  access: QueueAccess,
  data: object,
  timestamp: number,
  wanted: ReadonlySet<string>,
): Promise<People> {
  if (stagedOf(data)) {
    const { recipients, parameters } = await readStagedList(access, data, timestamp);
    const people = recipients.filter((recipient) => wanted.has(recipient));
    return { recipients: people, values: parameters && valuesOf(parameters, people) };
  }
  const read = readSend(data, new Date(timestamp));
  if (!read.ok) return { recipients: [], values: undefined };
  const people = read.send.recipients.accepted.filter((recipient) => wanted.has(recipient));
  return { recipients: people, values: parametersFor(read.send.parameters, people) };
}

/** Of everybody's values those of these people, and what is for everybody. */
function valuesOf(parameters: WireParameters, people: readonly string[]): WireParameters {
  const names = new Set([...people, "default"]);
  return Object.fromEntries(
    Object.entries(parameters).map(([key, values]) => [
      key,
      Object.fromEntries(Object.entries(values).filter(([recipient]) => names.has(recipient))),
    ]),
  );
}
