import { count, describeValue, isJsonObject } from "./describe-value.ts";
import type { JsonObject } from "./describe-value.ts";
import { maskNumbers } from "./mask-numbers.ts";

/** How each field of a result is shown. A field that is not known is only described. */
const MASKS: Record<string, (value: unknown) => unknown> = {
  state: maskText,
  region: maskText,
  recipients: (value) => pick(value, numbersOnly),
  batches: (value) => maskEntries(value, maskBatchField),
  refused: maskRefused,
  errors: (value) => maskEntries(value, maskErrorField),
};

/** Shows a job's result, or its progress, without the recipients: states, counts, batch IDs and reasons stay. */
export function maskResult(result: unknown): unknown {
  if (typeof result === "string") return maskNumbers(result);
  return pick(result, (key, value) => (Object.hasOwn(MASKS, key) ? MASKS[key]?.(value) : describeValue(value)));
}

/** Shows who was refused as how many for which reason. */
export function maskRefused(refused: unknown): unknown {
  if (!Array.isArray(refused)) return describeValue(refused);
  const reasons = new Map<string, number>();
  for (const entry of refused) {
    const { reason, by } = isJsonObject(entry) ? entry : {};
    const why = [
      typeof reason === "string" ? maskNumbers(reason) : "no reason",
      typeof by === "string" ? ` (${by})` : "",
    ];
    reasons.set(why.join(""), (reasons.get(why.join("")) ?? 0) + 1);
  }
  return Object.fromEntries([...reasons].map(([reason, times]) => [reason, count(times, "recipient")]));
}

/** A batch ID is Sinch's and names nobody. */
function maskBatchField(key: string, value: unknown): unknown {
  const isOpen = ["id", "part", "recipients", "accepted_at", "adopted"].includes(key);
  return isOpen && !isJsonObject(value) && !Array.isArray(value) ? value : describeValue(value);
}

function maskErrorField(key: string, value: unknown): unknown {
  if (key === "part" || key === "recipients") return numbersOnly(key, value);
  return maskText(value);
}

function maskEntries(entries: unknown, maskField: (key: string, value: unknown) => unknown): unknown {
  return Array.isArray(entries) ? entries.map((entry: unknown) => pick(entry, maskField)) : describeValue(entries);
}

function pick(value: unknown, maskField: (key: string, value: unknown) => unknown): unknown {
  if (!isJsonObject(value)) return describeValue(value);
  const masked: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) masked[maskNumbers(key)] = maskField(key, inner);
  return masked;
}

function numbersOnly(_key: string, value: unknown): unknown {
  return typeof value === "number" ? value : describeValue(value);
}

function maskText(value: unknown): unknown {
  return typeof value === "string" ? maskNumbers(value) : describeValue(value);
}
