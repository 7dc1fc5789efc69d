import { SEND_STATES } from "@volley/contract";

import { count, flag, name, oneOf, opaqueId, region, time, words } from "./harmless-forms.ts";
import { maskRejected } from "./mask-people.ts";
import { fields, listOf } from "./mask.ts";

/** What a person decides about recipients of whom nobody knew. */
export const DECISIONS = ["sent", "not_sent"];

/** A batch that was accepted. */
const maskBatch = fields({
  id: opaqueId,
  part: count,
  recipients: count,
  accepted_at: time,
  adopted: flag,
  canceled: flag,
  too_late: count,
  unknown: count,
  suppressed: count,
  region,
});

/** Shows a job's result without the recipients: states, counts, batch IDs and reasons stay. */
export const maskResult = fields({
  state: oneOf(SEND_STATES),
  region,
  recipients: fields({
    requested: count,
    accepted: count,
    rejected: count,
    duplicate: count,
    suppressed: count,
    expired: count,
    canceled: count,
    unknown: count,
  }),
  batches: listOf(maskBatch),
  rejected: maskRejected,
  errors: listOf(fields({ part: count, code: name, text: words, recipients: count, state: name, region })),
  omitted: fields({ batches: count, errors: count }),
  // Of a cancellation, and of a decision about recipients of whom nobody knew.
  stopped: count,
  too_late: count,
  unknown: count,
  resolved: count,
  decision: oneOf(DECISIONS),
});

/** Shows a job's progress: what it remembers of its last try. */
export const maskProgress = fields({
  pickup: count,
  tries: count,
  looks: count,
  unknown_since: time,
  taken: count,
  crashes: count,
  last: fields({ outcome: name, code: name, at: time }),
});
