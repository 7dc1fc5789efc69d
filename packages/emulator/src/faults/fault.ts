import { z } from "zod";
import { DELIVERY_STATUSES } from "../values/outcome.ts";
import { listProblems } from "../values/list-problems.ts";
import { isTooDeep, TOO_DEEP } from "../values/nesting.ts";
import { headerProblem } from "./answer-headers.ts";

const milliseconds = z.number().min(0).max(2_147_483_647);
const accept = z.boolean();

const answerBody = z
  .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())])
  .refine((body) => !isTooDeep(body), TOO_DEEP);

const answerHeaders = z.record(z.string(), z.string()).superRefine((headers, context) => {
  for (const [name, value] of Object.entries(headers)) {
    const problem = headerProblem(name, value);
    if (problem !== undefined) context.addIssue({ code: "custom", path: [name], message: problem });
  }
});

const KINDS = "status, latency, drop, hang, malformed, late_listing, reject_recipients, slow, outcome, throttle";

const actionSchema = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("status"),
      status: z.int().min(200).max(599),
      body: answerBody.optional(),
      headers: answerHeaders.optional(),
      accept: accept.optional(),
    }),
    z.strictObject({ kind: z.literal("latency"), ms: milliseconds, before: z.boolean().optional() }),
    z.strictObject({ kind: z.literal("drop"), accept, after_ms: milliseconds.optional() }),
    z.strictObject({ kind: z.literal("hang"), accept }),
    z.strictObject({
      kind: z.literal("malformed"),
      shape: z.enum(["truncated", "html", "no_id", "no_reference", "empty"]),
      accept,
    }),
    z.strictObject({ kind: z.literal("late_listing"), ms: milliseconds }),
    z.strictObject({
      kind: z.literal("reject_recipients"),
      recipients: z.array(z.string().min(1)).min(1),
      named: z.boolean(),
    }),
    z.strictObject({ kind: z.literal("slow"), bytes_per_second: z.number().positive() }),
    z.strictObject({
      kind: z.literal("outcome"),
      code: z.int().min(0).max(499),
      status: z.enum(DELIVERY_STATUSES).optional(),
      recipients: z.array(z.string().min(1)).min(1).optional(),
      share: z.number().min(0).max(1).optional(),
      after_ms: milliseconds.optional(),
    }),
    z.strictObject({
      kind: z.literal("throttle"),
      capacity: z.number().min(1),
      per_second: z.number().positive(),
    }),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? `unknown kind; known kinds are ${KINDS}` : undefined) },
);

const faultSchema = z.strictObject({
  match: z
    .strictObject({
      method: z.string().optional(),
      path: z.string().optional(),
      plan: z.string().optional(),
      client_reference: z.string().optional(),
      recipient: z.string().optional(),
    })
    .optional(),
  skip: z.int().min(0).optional(),
  times: z.int().min(1).nullable().optional(),
  probability: z.number().min(0).max(1).optional(),
  action: actionSchema,
});

/**
 * What goes wrong, for which requests, how often. The same object in code and as JSON over HTTP.
 *
 * - `match`: every given field must fit. `method` and `plan` are compared whole (`method` in either case), `path` is a
 *   part of path and query, `client_reference` a part of the reference in the body or in a list's query, `recipient`
 *   an entry of `to`, however either is written. Nothing given: every request.
 * - `skip`: let the first n matching requests pass. Default 0.
 * - `times`: how often to strike. Default 1; null means until the fault is removed.
 * - `probability`: the share of matching requests to strike. Default 1.
 */
export type Fault = z.infer<typeof faultSchema>;

/** What happens to a request that a fault strikes. docs/emulator.md has the table. */
export type FaultAction = Fault["action"];

/** A fault, or every reason why the value is none. */
export type ParsedFault =
  { readonly isFault: true; readonly fault: Fault } | { readonly isFault: false; readonly problems: readonly string[] };

/** Reads a fault that somebody wrote as JSON. */
export function parseFault(value: unknown): ParsedFault {
  const parsed = faultSchema.safeParse(value);
  return parsed.success
    ? { isFault: true, fault: parsed.data }
    : { isFault: false, problems: listProblems(parsed.error) };
}
