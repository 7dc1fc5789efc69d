import { count, describeValue, isJsonObject } from "./describe-value.ts";
import type { JsonObject } from "./describe-value.ts";
import { maskNumbers } from "./mask-numbers.ts";
import { maskRefused, maskResult } from "./mask-result.ts";

/** Fields that say nothing of who is texted or what they are told. */
const OPEN_FIELDS = new Set(["v", "type", "from", "send_at", "expire_at", "delivery_report", "staged"]);

/** How each of the other fields that Volley knows is shown. A field that it does not know is only described. */
const MASKS: Record<string, (value: unknown) => unknown> = {
  to: maskRecipients,
  body: maskBody,
  parameters: (value) => (isJsonObject(value) ? Object.keys(value).map(maskNumbers) : describeValue(value)),
  client_reference: (value) => (typeof value === "string" ? maskNumbers(value) : describeValue(value)),
  callback_url: maskUrl,
  // The two forms of a send whose recipients the worker has dropped.
  message: (value) => (isJsonObject(value) ? maskData(value) : describeValue(value)),
  planned: maskPlanned,
  settled: maskResult,
};

/**
 * Shows the data of a job without the recipients and the text: `to` as a number of people, `body` as a number of
 * characters, `parameters` by their keys. Any client may have added the job, so what is not known is hidden too.
 */
export function maskData(data: unknown): unknown {
  if (!isJsonObject(data)) return describeValue(data);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [maskNumbers(key), maskField(key, value)]));
}

function maskField(key: string, value: unknown): unknown {
  if (OPEN_FIELDS.has(key)) return value;
  return Object.hasOwn(MASKS, key) ? MASKS[key]?.(value) : describeValue(value);
}

function maskRecipients(to: unknown): unknown {
  if (Array.isArray(to)) return count(to.length, "recipient");
  return typeof to === "string" ? count(to.split(",").length, "recipient") : describeValue(to);
}

function maskBody(body: unknown): unknown {
  if (!isJsonObject(body)) return describeValue(body);
  const { url, ...others } = body;
  return { ...(url === undefined ? {} : { url: maskUrl(url) }), ...asObject(describeValue(others)) };
}

/** The host is enough to recognise a URL; its path and query may name a person or hold a key. */
function maskUrl(url: unknown): unknown {
  return typeof url === "string" && URL.canParse(url) ? `${new URL(url).origin}/…` : describeValue(url);
}

function maskPlanned(planned: unknown): unknown {
  if (!isJsonObject(planned)) return describeValue(planned);
  const { refused, parts, requested, duplicate, rejected, ...others } = planned;
  const counts = Object.entries({ parts, requested, duplicate, rejected }).filter(
    ([, value]) => typeof value === "number",
  );
  return { ...Object.fromEntries(counts), refused: maskRefused(refused), ...asObject(describeValue(others)) };
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
