import { address, count, cron, duration, flag, instant, name, timeZone, words } from "./harmless-forms.ts";
import { createFlowMask, createJobMask, createOptionsMask } from "./mask-job.ts";
import { maskProgress } from "./mask-result.ts";
import { isJsonObject } from "./describe-value.ts";
import { asItIs, fields, listOf } from "./mask.ts";
import type { Mask } from "./mask.ts";

/** Shows an answer of bull-board's, by the route that was asked. */
export type AnswerMask = (route: string, status: number | undefined, body: unknown) => unknown;

const METRIC = fields({ meta: fields({ count, prevTS: instant, prevCount: count }), data: listOf(count), count });

const WORKER = fields({ id: asItIs, name, addr: address, age: count });

/** What bull-board's own words are about: states and IDs of jobs. */
function createErrorMask(id: Mask): Mask {
  const options = fields({ jobId: id, jobSchedulerId: id, state: words, status: words, field: words });
  const translated = fields({ key: name, options });
  const maskMessage: Mask = (value) => (isJsonObject(value) ? translated(value) : words(value));
  return fields({ error: maskMessage, message: maskMessage, code: name, jobSchedulerId: id });
}

/**
 * Masks what bull-board answers beyond its formatters: why a job failed, its ID, options and logs, its flow, and the
 * templates of schedulers. Of an answer that is not known here only the kinds of its values are shown.
 */
export function createAnswerMask(id: Mask, data: Mask): AnswerMask {
  const options = createOptionsMask(id);
  const job = createJobMask(id, options);
  const error = createErrorMask(id);
  const masks = { ...answersOf({ id, data, job, options }), ...CONSTANT_ANSWERS };
  // What changes something answers with little: the job that it has made, or how many there were.
  const other = fields({ job, status: words, retried: count, skipped: count, removed: count });
  return (route, status = 200, body) => {
    if (status >= 400) return error(body);
    return (Object.hasOwn(masks, route) ? masks[route] : other)?.(body);
  };
}

type Masks = { readonly id: Mask; readonly data: Mask; readonly job: Mask; readonly options: Mask };

/** Answers that say nothing of jobs: of Redis itself, and of what this process has set. */
const CONSTANT_ANSWERS: Readonly<Record<string, Mask>> = {
  "/api/redis/stats": asItIs,
  "/api/queues/:queueName/default-job-options": asItIs,
  "/api/queues/:queueName/job-data-schema": asItIs,
  "/api/queues/:queueName/rate-limit": fields({ supported: flag, rateLimit: fields({ max: count, duration }) }),
  "/api/queues/:queueName/metrics": fields({ completed: METRIC, failed: METRIC }),
  "/api/queues/:queueName/workers": fields({ workers: listOf(WORKER) }),
  "/api/queues/:queueName/:jobId/logs": listOf(words),
};

function answersOf({ id, data, job, options }: Masks): Record<string, Mask> {
  const template = fields({ data, opts: options });
  return {
    "/api/queues": fields({ queues: listOf(queueMask(job)) }),
    "/api/queues/:queueName/:jobId": fields({ job, status: words }),
    "/api/queues/:queueName/:jobId/flow": fields({
      nodeId: id,
      isFlowNode: flag,
      flowRoot: (value) => (value === null ? null : createFlowMask(id, maskProgress)(value)),
    }),
    "/api/job-schedulers": fields({
      schedulers: listOf(
        fields({
          id,
          queueName: asItIs,
          name,
          pattern: cron,
          every: duration,
          tz: timeZone,
          limit: count,
          iterationCount: count,
          startDate: instant,
          endDate: instant,
          next: instant,
          lastRun: instant,
          nextRunJobId: id,
          lastRunJobId: id,
          template,
        }),
      ),
    }),
  };
}

function queueMask(job: Mask): Mask {
  const settings = ["name", "displayName", "statuses", "pagination", "type", "delimiter"];
  const flags = [
    "readOnlyMode",
    "allowRetries",
    "allowCompletedRetries",
    "isPaused",
    "supportsGlobalRateLimit",
    "hasWorkers",
  ];
  return fields({
    ...Object.fromEntries(settings.map((setting) => [setting, asItIs])),
    ...Object.fromEntries(flags.map((each) => [each, flag])),
    description: words,
    counts: asItIs,
    jobs: listOf(job),
    globalConcurrency: count,
    activeRateLimitTtl: duration,
    jobSchedulerCount: count,
  });
}
