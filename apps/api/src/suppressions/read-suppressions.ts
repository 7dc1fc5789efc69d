import { addAbortSignal, Readable } from "node:stream";
import type { SuppressionControl, SuppressionEntry } from "@volley/producer";
import { z } from "zod";
import { requireWhole } from "../guard/require-whole.ts";
import { defineRoute } from "../problems/define-route.ts";
import { PAGE, said } from "../terms/page-query.ts";
import { ABOUT_LIST, ENTRY, ONE } from "./suppression-terms.ts";

const READ = { ...ABOUT_LIST, scope: "suppressions:read" } as const;

const OF_PAGE = { ...READ, method: "GET", problems: [...ABOUT_LIST.problems, "VOLLEY_INVALID_CURSOR"] } as const;

export const listSuppressions = defineRoute({
  ...OF_PAGE,
  path: "/v1/suppressions",
  operation: "listSuppressions",
  summary: "Who must not be texted, page by page",
  description: "Pages come in no order that means anything, and one may be empty. They have numbers of people.",
  query: PAGE.pick({ cursor: true }),
  answers: {
    200: { description: "A page.", schema: z.object({ entries: z.array(ENTRY), cursor: z.string().nullable() }) },
  },
  handle: async ({ query, key }, { producer }) => {
    requireWhole(key);
    return { status: 200, body: await producer.suppressions.list(said(query)) };
  },
});

export const exportSuppressions = defineRoute({
  ...READ,
  method: "GET",
  path: "/v1/suppressions/export",
  operation: "exportSuppressions",
  summary: "Everybody who must not be texted, an entry in each line",
  answers: {
    200: { description: "All entries.", content: { "application/x-ndjson": { schema: { type: "string" } } } },
  },
  handle: async ({ key, gone }, { producer, stopping }) => {
    requireWhole(key);
    const first = await producer.suppressions.list();
    // Also where the caller takes nothing of it: a stop waits for nobody.
    const body = addAbortSignal(stopping, Readable.from(linesOf(producer.suppressions, first, gone)));
    return { status: 200, headers: { "content-type": "application/x-ndjson" }, body };
  },
});

export const checkSuppression = defineRoute({
  ...READ,
  method: "POST",
  path: "/v1/suppressions/check",
  operation: "checkSuppression",
  summary: "Whether a number is on the list, and why",
  body: { json: ONE, example: { number: "+46701234567" } },
  answers: { 200: { description: "Its entries, or none.", schema: z.object({ entries: z.array(ENTRY) }) } },
  handle: async ({ body: { number }, key }, { producer }) => {
    requireWhole(key);
    return { status: 200, body: { entries: await producer.suppressions.check(number) } };
  },
});

export const proveSuppression = defineRoute({
  ...READ,
  method: "POST",
  path: "/v1/suppressions/proof",
  operation: "proveSuppression",
  summary: "What was heard of a number, what was withheld from it since, and what was too late",
  body: { json: ONE, example: { number: "+46701234567" } },
  answers: { 200: { description: "All that is known.", schema: z.looseObject({}) } },
  handle: async ({ body: { number }, key }, { producer }) => {
    requireWhole(key);
    return { status: 200, body: await producer.suppressions.proof(number) };
  },
});

export const listHeld = defineRoute({
  ...OF_PAGE,
  path: "/v1/suppressions/held",
  operation: "listHeld",
  summary: "Who may want no more messages, and waits for somebody to decide",
  query: PAGE,
  answers: {
    200: {
      description: "A page.",
      schema: z.object({ held: z.array(z.looseObject({})), cursor: z.string().nullable() }),
    },
  },
  handle: async ({ query, key }, { producer }) => {
    requireWhole(key);
    return { status: 200, body: await producer.suppressions.held(said(query)) };
  },
});

type Page = Awaited<ReturnType<SuppressionControl["list"]>>;

/** A page at a time, as fast as it is taken. */
async function* linesOf(
  list: Pick<SuppressionControl, "list">,
  first: Page,
  gone: AbortSignal,
): AsyncGenerator<string> {
  let page = first;
  for (;;) {
    gone.throwIfAborted();
    if (page.entries.length > 0)
      yield page.entries.map((entry: SuppressionEntry) => `${JSON.stringify(entry)}\n`).join("");
    if (page.cursor === null) return;
    page = await list.list({ cursor: page.cursor });
  }
}
