import { isJsonObject } from "./describe-value.ts";
import type { JsonObject } from "./describe-value.ts";
import { maskData } from "./mask-data.ts";
import { maskNumbers } from "./mask-numbers.ts";
import { maskResult } from "./mask-result.ts";

/** IDs under which Redis keeps the job and its parent: the page's links need them as they are. */
const KEPT_OPTIONS = new Set(["jobId", "parent"]);

/**
 * Masks what bull-board's formatters do not reach: why a job failed, its options and logs, its flow, and the templates
 * of schedulers. Each of bull-board's answers is told by its shape; the data, name, result and progress of a job in it
 * have been through the formatters already.
 */
export function maskResponse(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(maskDeep);
  if (!isJsonObject(body)) return body;
  return {
    ...body,
    ...(Array.isArray(body["queues"]) ? { queues: body["queues"].map(maskQueue) } : {}),
    ...(isJsonObject(body["job"]) ? { job: maskJob(body["job"]) } : {}),
    ...(isJsonObject(body["flowRoot"]) ? { flowRoot: maskFlow(body["flowRoot"]) } : {}),
    ...(Array.isArray(body["schedulers"]) ? { schedulers: body["schedulers"].map(maskScheduler) } : {}),
    ...(typeof body["message"] === "string" ? { message: maskNumbers(body["message"]) } : {}),
  };
}

function maskQueue(queue: unknown): unknown {
  if (!isJsonObject(queue) || !Array.isArray(queue["jobs"])) return queue;
  return { ...queue, jobs: queue["jobs"].map((job: unknown) => (isJsonObject(job) ? maskJob(job) : job)) };
}

function maskJob(job: JsonObject): JsonObject {
  return {
    ...job,
    ...maskPresent(job, ["failedReason", "stacktrace", "deferredFailure", "opts", "deduplicationId", "groupId"]),
  };
}

function maskFlow(node: JsonObject): JsonObject {
  const { children, progress } = node;
  return {
    ...node,
    ...maskPresent(node, ["name", "ignoredChildFailureReasons"]),
    ...(progress === undefined ? {} : { progress: maskResult(progress) }),
    ...(Array.isArray(children)
      ? { children: children.map((child: unknown) => (isJsonObject(child) ? maskFlow(child) : child)) }
      : {}),
  };
}

function maskScheduler(scheduler: unknown): unknown {
  if (!isJsonObject(scheduler)) return scheduler;
  const { template, data } = scheduler;
  return {
    ...scheduler,
    ...(data === undefined ? {} : { data: maskData(data) }),
    ...(isJsonObject(template)
      ? { template: { ...template, data: maskData(template["data"]), opts: maskDeep(template["opts"]) } }
      : {}),
  };
}

function maskPresent(object: JsonObject, keys: readonly string[]): JsonObject {
  const present = keys.filter((key) => object[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, maskDeep(object[key])]));
}

/** Hides phone numbers in every text inside a value. Keys stay: here they are BullMQ's own. */
function maskDeep(value: unknown): unknown {
  if (typeof value === "string") return maskNumbers(value);
  if (Array.isArray(value)) return value.map(maskDeep);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, KEPT_OPTIONS.has(key) ? inner : maskDeep(inner)]),
  );
}
