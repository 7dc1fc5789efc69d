import type { BeforeHookResult, BoardHooks, HookContext } from "@bull-board/api/dist/types.js";

import { WHO_HEADERS } from "../guard/who-headers.ts";
import type { HiddenIds } from "../mask/hidden-ids.ts";
import type { AnswerMask } from "../mask/mask-answer.ts";
import type { Mask } from "../mask/mask.ts";

/** A page of jobs is loaded with all their data, and a job may hold 100,000 recipients. */
const MAX_JOBS_PER_PAGE = 50;

/** They write what the page shows: with masked data a job would really have "2,500 recipients" for recipients. */
const WRITES_SHOWN_DATA = new Set(["/api/queues/:queueName/:jobId/update-data", "/api/queues/:queueName/add"]);

/** These set what Volley sets itself: the operator's limits, and the hold of a region that waits for its turn. */
const SETS_LIMITS = new Set([
  "/api/queues/:queueName/concurrency",
  "/api/queues/:queueName/rate-limit",
  "/api/queues/:queueName/rate-limit/release",
]);

/** What the hooks go by. */
export type BoardHooksOptions = {
  readonly hidden: HiddenIds;
  /** Without one everything is shown as it is. */
  readonly maskAnswer: AnswerMask | undefined;
  readonly isConnected: () => Promise<boolean>;
  /** Writes down who changes a queue. Where that fails, nothing is changed. */
  readonly note: (who: string, role: string, what: string, about: string) => Promise<void>;
};

/** What bull-board does around each of its requests. */
export function boardHooks({ hidden, maskAnswer, isConnected, note }: BoardHooksOptions): BoardHooks {
  return {
    before: async (context) => {
      // BullMQ waits for Redis as long as it takes; whoever looks at the page should not.
      if (!(await isConnected())) return { allow: false, status: 500, message: "Redis is not connected." };
      limitPage(context);
      readHiddenIds(context, hidden);
      const refused =
        (maskAnswer && refuseMaskedData(context)) ?? refuseLimits(context) ?? (await refuseResending(context));
      if (refused === undefined && context.method !== "get") await noteChange(context, { hidden, note });
      return refused;
    },
    after: ({ route, request }, result) => {
      const body = maskAnswer ? maskBody(result.body, (each) => maskAnswer(route, result.status, each)) : result.body;
      return { ...result, body: request.headers[WHO_HEADERS.role] === "operator" ? body : withoutButtons(body) };
    },
  };
}

/** What a viewer may not do, bull-board does not offer. The guard refuses it in any case. */
function withoutButtons<Body>(body: Body): Body {
  const queues: unknown = Reflect.get(Object(body), "queues");
  if (!Array.isArray(queues)) return body;
  return { ...body, queues: queues.map((queue: object) => ({ ...queue, readOnlyMode: true })) };
}

async function noteChange(
  { method, route, request }: HookContext,
  { hidden, note }: Pick<BoardHooksOptions, "hidden" | "note">,
): Promise<void> {
  const { queueName, jobId, schedulerId } = request.params;
  const id: unknown = jobId ?? schedulerId;
  const about = [queueName, typeof id === "string" ? hidden.show(id) : undefined].filter(Boolean).join(" ");
  const what = `queue: ${method.toUpperCase()} ${route.replace("/api/", "")}`;
  await note(request.headers[WHO_HEADERS.name] ?? "", request.headers[WHO_HEADERS.role] ?? "", what, about);
}

function maskBody<Body>(body: Body, mask: Mask): Body {
  // The masks keep the shape: texts stay texts, objects keep their fields.
  return mask(body) as Body;
}

/** A link that the board has shown may hold a word for an ID in place of it. */
function readHiddenIds({ request }: HookContext, hidden: HiddenIds): void {
  for (const name of ["jobId", "schedulerId"]) {
    const shown: unknown = request.params[name];
    if (typeof shown === "string") request.params[name] = hidden.read(shown);
  }
}

function refuseLimits({ method, route }: HookContext): BeforeHookResult {
  if (method === "get" || !SETS_LIMITS.has(route)) return undefined;
  const message =
    "Volley sets the limits of a region itself, over all workers: change them with `volley region set <region>`.";
  return { allow: false, status: 403, message };
}

function limitPage({ request }: HookContext): void {
  const wanted = Number(request.query["jobsPerPage"]);
  if (wanted > MAX_JOBS_PER_PAGE) request.query["jobsPerPage"] = String(MAX_JOBS_PER_PAGE);
}

function refuseMaskedData({ route }: HookContext): BeforeHookResult {
  if (!WRITES_SHOWN_DATA.has(route)) return undefined;
  const message = "The data on this page is masked; set VOLLEY_BOARD_SHOW_RECIPIENTS=true to write data with it.";
  return { allow: false, status: 403, message };
}

/** A completed send that runs again could text everybody again; bull-board only leaves out the button. */
async function refuseResending({ route, request }: HookContext): Promise<BeforeHookResult> {
  const { queueName, jobId, queueStatus } = request.params;
  const isRetryOfMany = route === "/api/queues/:queueName/retry/:queueStatus" && queueStatus === "completed";
  if (!isRetryOfMany) {
    if (route !== "/api/queues/:queueName/:jobId/retry") return undefined;
    const job = await request.queues.get(String(queueName))?.getJob(String(jobId));
    if ((await job?.getState()) !== "completed") return undefined;
  }
  return { allow: false, status: 403, message: "A completed send is not sent again from here." };
}
