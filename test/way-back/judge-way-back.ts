import type { KeptEvent } from "@volley/receipts";
import { type End, placeOf } from "./truth.ts";

/** What Volley says of the message to one recipient. */
export type ToldEnd = {
  readonly recipient: string;
  readonly batch_id: string;
  readonly status: string;
  readonly code: number | null;
  readonly is_final: boolean;
};

/** What Volley says of one send, and which batches the provider has of it. */
export type ToldSend = {
  readonly id: string;
  readonly accepted: number;
  /** Counts of `status(id).delivery`. */
  readonly delivery: Readonly<Record<string, unknown>> & { readonly by_code: Readonly<Record<string, number>> };
  readonly ends: readonly ToldEnd[];
  readonly batches: readonly string[];
};

/** All that is compared. */
export type Evidence = {
  /** By batch and recipient, as the provider tells whoever asks. */
  readonly truth: ReadonlyMap<string, End>;
  readonly sends: readonly ToldSend[];
  /** The stream of events from its beginning to its end. */
  readonly events: readonly KeptEvent[];
  /** How often each consumer has had an event meanwhile, by its ID: one that reads by cursor, and one of the queue. */
  readonly seen: Readonly<Record<"cursor" | "queue", ReadonlyMap<string, number>>>;
  /** What people have texted, by the provider's ID. */
  readonly inbounds: readonly string[];
};

/** Under which name `delivery` counts an end. */
const NAMES: Readonly<Record<string, string>> = { Cancelled: "canceled" };

/** Of a kind of mistake so many are named. */
const MOST_NAMED = 5;

/** Compares what Volley tells with what the provider knows. @returns everything that is wrong, in words; nobody is named */
export function judgeWayBack(evidence: Evidence): string[] {
  const problems = [
    ...evidence.sends.flatMap((send) => judgeSend(send, evidence.truth)),
    ...judgeEnds(evidence),
    ...judgeEvents(evidence),
    ...judgeConsumer(evidence, "cursor"),
    ...judgeConsumer(evidence, "queue"),
  ];
  return problems.slice(0, 50);
}

function judgeSend({ id, accepted, delivery, batches }: ToldSend, truth: Evidence["truth"]): string[] {
  const own = new Set(batches);
  const ends = [...truth].filter(([place]) => own.has(place.split(" ")[0] ?? "")).map(([, end]) => end);
  const byName = countBy(ends.map(({ status }) => NAMES[status] ?? status.toLowerCase()));
  const byCode = countBy(ends.map(({ code }) => String(code)));
  return [
    ...(ends.length === accepted ? [] : [`${id}: accepted ${accepted}, at the provider ${ends.length}`]),
    ...(delivery["open"] === 0 ? [] : [`${id}: ${String(delivery["open"])} open`]),
    ...differences(byName, (name) => Number(delivery[name])).map((text) => `${id}: ${text}`),
    ...differences(byCode, (code) => delivery.by_code[code] ?? 0).map((text) => `${id}: code ${text}`),
  ];
}

function differences(wanted: ReadonlyMap<string, number>, told: (name: string) => number): string[] {
  return [...wanted]
    .filter(([name, count]) => told(name) !== count)
    .map(([name, count]) => `${name} ${told(name)}, not ${count}`);
}

function judgeEnds({ truth, sends }: Evidence): string[] {
  const told = sends.flatMap(({ ends }) => ends);
  const wrong = told.filter(({ batch_id, recipient, status, code }) => {
    const end = truth.get(placeOf(batch_id, recipient));
    return end?.status !== status || end.code !== code;
  });
  const places = new Set(told.map(({ batch_id, recipient }) => placeOf(batch_id, recipient)));
  return [
    ...(wrong.length === 0 ? [] : [`${wrong.length} messages ended otherwise than is told`]),
    ...(told.length === places.size ? [] : [`${told.length - places.size} messages are told of twice`]),
    ...(places.size === truth.size ? [] : [`${places.size} messages are told of, not ${truth.size}`]),
  ];
}

function judgeEvents({ truth, events, inbounds }: Evidence): string[] {
  const ids = new Set(events.map(({ id }) => id));
  const data = events.filter(({ type }) => type === "recipient.status").map((event) => event.data);
  const finals = data.filter((fields) => fields["is_final"] === true);
  const wrong = finals.filter((fields) => {
    const end = truth.get(placeOf(String(fields["batch_id"]), String(fields["recipient"])));
    return end?.status !== fields["status"] || end?.code !== fields["code"];
  });
  const received = events.filter(({ type }) => type === "message.received").map((event) => String(event.data["id"]));
  return [
    ...(ids.size === events.length ? [] : [`${events.length - ids.size} events are there twice`]),
    ...(finals.length === truth.size ? [] : [`${finals.length} events of ends, not ${truth.size}`]),
    ...(wrong.length === 0 ? [] : [`${wrong.length} events tell another end`]),
    ...(sameTexts(received, inbounds) ? [] : [`${received.length} answers, not ${inbounds.length}, or others`]),
  ];
}

function judgeConsumer({ events, seen: all }: Evidence, by: keyof Evidence["seen"]): string[] {
  const seen = all[by];
  const ids = new Set(events.map(({ id }) => id));
  const missed = [...ids].filter((id) => !seen.has(id));
  const strange = [...seen.keys()].filter((id) => !ids.has(id));
  return [
    ...missed.slice(0, MOST_NAMED).map((id) => `the consumer of the ${by} has not seen ${id}`),
    ...(missed.length > MOST_NAMED ? [`and ${missed.length - MOST_NAMED} more`] : []),
    ...(strange.length === 0 ? [] : [`the consumer of the ${by} has seen ${strange.length} events that are not there`]),
  ];
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}
