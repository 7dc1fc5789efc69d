import { describeValue, inWords, isJsonObject } from "./describe-value.ts";
import { maskNumbers } from "./mask-numbers.ts";
import type { Mask } from "./mask.ts";

/** Shows recipients as how many there are. */
export const maskPeople: Mask = (value) => {
  if (typeof value === "string") return inPeople(value.split(",").length);
  return Array.isArray(value) ? inPeople(value.length) : describeValue(value);
};

/** Shows who was rejected as how many for which reason. */
export const maskRejected: Mask = (value) => {
  if (!Array.isArray(value)) return describeValue(value);
  const times = new Map<string, number>();
  for (const entry of value) {
    const reason = reasonOf(isJsonObject(entry) ? entry : {});
    times.set(reason, (times.get(reason) ?? 0) + 1);
  }
  return Object.fromEntries([...times].map(([reason, number]) => [reason, inPeople(number)]));
};

function reasonOf({ reason, code, by }: { reason?: unknown; code?: unknown; by?: unknown }): string {
  const why = reason ?? code;
  const shown = typeof why === "string" ? maskNumbers(why) : "no reason";
  return typeof by === "string" ? `${shown} (${maskNumbers(by)})` : shown;
}

function inPeople(number: number): string {
  return inWords(number, "recipient");
}
