import { DELIVERY_REPORTS, PRIORITIES, SEND_TYPES, shownName } from "@volley/contract";

import { describeValue, isJsonObject } from "./describe-value.ts";
import { count, digest, name, oneOf, opaqueId, sender, time, url } from "./harmless-forms.ts";
import { maskPeople, maskRejected } from "./mask-people.ts";
import { DECISIONS, maskResult } from "./mask-result.ts";
import { fields } from "./mask.ts";
import type { Mask } from "./mask.ts";

/**
 * Shows the data of a job without the recipients and the text: `to` as a number of people, a body as a number of
 * characters, `parameters` by their keys. Any client may have added the job, so of what is not known only the kind is
 * shown, and of what is known only what has the form that it should have.
 *
 * @param id - shows the ID of a job
 */
export function createDataMask(id: Mask): Mask {
  const send = fields(SEND);
  return fields({
    ...SEND,
    // Of a request to cancel a send or to resolve it.
    send: id,
    decision: oneOf(DECISIONS),
    message: send,
    planned: PLANNED,
    settled: maskResult,
    unsent: fields({ certain: maskPeople, unknown: maskPeople, parameters: maskKeys }),
    parts: count,
    kept: fields({ stage: opaqueId, parameters: maskKeys }),
  });
}

const SEND: Readonly<Record<string, Mask>> = {
  v: count,
  type: oneOf(SEND_TYPES),
  from: sender,
  to: maskPeople,
  priority: oneOf(PRIORITIES),
  body: maskBody,
  parameters: maskKeys,
  send_at: time,
  expire_at: time,
  delivery_report: oneOf(DELIVERY_REPORTS),
  callback_url: url,
  client_reference: name,
  label: name,
  content_digest: digest,
  staged: fields({
    id: opaqueId,
    recipients: count,
    duplicate: count,
    rejected: count,
    rejections: maskRejected,
    piece: count,
  }),
};

const PLANNED = fields({
  parts: count,
  requested: count,
  duplicate: count,
  rejected: count,
  rejections: maskRejected,
  stage: opaqueId,
  parameters: maskKeys,
});

function maskBody(body: unknown): unknown {
  return isJsonObject(body) ? MEDIA(body) : describeValue(body);
}

const MEDIA = fields({ url });

/** The names of the placeholders, without whose values they are. */
function maskKeys(parameters: unknown): unknown {
  return isJsonObject(parameters) ? Object.keys(parameters).map(shownName) : describeValue(parameters);
}
