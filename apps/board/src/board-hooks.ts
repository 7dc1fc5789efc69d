import type { BeforeHookResult, BoardHooks, HookContext } from "@bull-board/api/dist/types.js";

import { maskResponse } from "./mask-response.ts";

/** A page of jobs is loaded with all their data, and a job may hold 100,000 recipients. */
const MAX_JOBS_PER_PAGE = 50;

/** They write what the page shows: with masked data a job would really have "2,500 recipients" for recipients. */
const WRITES_SHOWN_DATA = new Set(["/api/queues/:queueName/:jobId/update-data", "/api/queues/:queueName/add"]);

/** What the hooks go by. */
export type BoardHooksOptions = { showRecipients: boolean; isConnected: () => Promise<boolean> };

/** What bull-board does around each of its requests. */
export function boardHooks({ showRecipients, isConnected }: BoardHooksOptions): BoardHooks {
  return {
    before: async (context) => {
      // BullMQ waits for Redis as long as it takes; whoever looks at the page should not.
      if (!(await isConnected())) return { allow: false, status: 500, message: "Redis is not connected." };
      limitPage(context);
      return (showRecipients ? undefined : refuseMaskedData(context)) ?? (await refuseResending(context));
    },
    ...(showRecipients ? {} : { after: (_context, result) => ({ ...result, body: maskBody(result.body) }) }),
  };
}

function maskBody<Body>(body: Body): Body {
  // maskResponse keeps the shape: texts stay texts, objects keep their fields.
  return maskResponse(body) as Body;
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
