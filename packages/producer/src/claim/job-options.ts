import type { Send } from "@volley/contract";

/** What a send's job is added with. */
export type JobOptions = { readonly jobId: string; readonly delay: number; readonly lifo?: true };

/** The options of a send's job: an urgent one goes before everything that waits. */
export function jobOptions(id: string, delayMs: number, priority: Send["priority"]): JobOptions {
  return { jobId: id, delay: delayMs, ...(priority === "urgent" && { lifo: true }) };
}
