import { shownName } from "@volley/contract";

import { isJsonObject } from "./describe-value.ts";
import { count, cron, duration, flag, instant, name, oneOf, timeZone, words } from "./harmless-forms.ts";
import { asItIs, fields, listOf } from "./mask.ts";
import type { Mask } from "./mask.ts";

/** How BullMQ may wait between tries by itself. */
const BACKOFFS = ["fixed", "exponential"];

/** Shows the options of a job. */
export function createOptionsMask(id: Mask): Mask {
  return fields({
    attempts: count,
    delay: duration,
    priority: count,
    lifo: flag,
    timestamp: instant,
    prevMillis: instant,
    jobId: id,
    parent: fields({ id, queue: words }),
    removeOnComplete: maskKeeping,
    removeOnFail: maskKeeping,
    backoff: (value) => (isJsonObject(value) ? BACKOFF(value) : count(value)),
    deduplication: fields({ id: name, ttl: duration, extend: flag, replace: flag }),
    repeat: fields({ pattern: cron, every: duration, limit: count, count, tz: timeZone, offset: duration, key: id }),
    repeatJobKey: id,
    keepLogs: count,
    sizeLimit: count,
    stackTraceLimit: count,
    failParentOnFailure: flag,
    continueParentOnFailure: flag,
    ignoreDependencyOnFailure: flag,
    removeDependencyOnFailure: flag,
  });
}

/**
 * Shows a job as bull-board's formatters have left it: its data, name, result and progress have been through masks of
 * their own.
 */
export function createJobMask(id: Mask, options: Mask): Mask {
  return fields({
    id,
    name: asItIs,
    data: asItIs,
    returnValue: asItIs,
    progress: asItIs,
    isFailed: flag,
    timestamp: instant,
    processedOn: instant,
    finishedOn: instant,
    processedBy: name,
    attempts: count,
    attemptsStarted: count,
    stalledCounter: count,
    delay: duration,
    priority: count,
    opts: options,
    failedReason: words,
    deferredFailure: words,
    stacktrace: listOf(words),
    deduplicationId: name,
    groupId: name,
  });
}

/** Shows a job in the tree of those that wait for one another. No formatter has seen it. */
export function createFlowMask(id: Mask, progress: Mask): Mask {
  const maskNode: Mask = (value) => node(value);
  const node = fields({
    id,
    name: maskName,
    progress,
    state: asItIs,
    queueName: name,
    children: listOf(maskNode),
    truncated: flag,
    dependencies: fields({ processed: count, unprocessed: count, ignored: count, failed: count }),
    ignoredChildFailureReasons: maskReasons,
  });
  return maskNode;
}

/** Shows the name of a job. */
export function maskName(value: unknown): string {
  return shownName(String(value));
}

const BACKOFF = fields({ type: oneOf(BACKOFFS), delay: duration, jitter: count });

function maskKeeping(value: unknown): unknown {
  if (typeof value === "boolean") return value;
  return isJsonObject(value) ? KEEPING(value) : count(value);
}

const KEEPING = fields({ age: count, count, limit: count });

/** Their keys are those of jobs in Redis; the page shows the reasons alone. */
function maskReasons(value: unknown): unknown {
  const reasons = isJsonObject(value) ? Object.values(value) : [];
  return Object.fromEntries(reasons.map((reason, index) => [String(index), words(reason)]));
}
