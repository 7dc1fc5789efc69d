import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Identity } from "../guard/identify.ts";
import { refuse } from "../guard/refusals.ts";
import { livePath } from "../terms/live-path.ts";
import { callOf } from "../guard/call-of.ts";
import type { Doors, Route } from "../terms/route.ts";

/** How often a page is looked at anew, in milliseconds, and how often something is sent, so that nobody takes it for dead. */
const [LOOK_MS, HEARTBEAT_MS] = [2_000, 15_000];

/** Streams of one person, and of all. Each page that is open is one. */
const MOST = { ofOne: 10, ofAll: 200 } as const;

type LiveOptions = { readonly doors: Doors; readonly identity: Identity };

/** Adds streams of what changes on pages: each sends the page anew when something on it has changed. */
export function addLive(server: FastifyInstance, routes: readonly Route[], options: LiveOptions): void {
  const open = new Map<string, number>();
  const ending = new AbortController();
  server.addHook("preClose", async () => ending.abort());
  for (const route of routes.filter(({ isLive }) => isLive)) {
    server.get(livePath(route.path), async (request, reply) => {
      const name = request.who?.name ?? "";
      const all = [...open.values()].reduce((sum, count) => sum + count, 0);
      if ((open.get(name) ?? 0) >= MOST.ofOne || all >= MOST.ofAll) {
        return refuse(request, reply, { status: 429, sentence: "Too many pages are open: close one." });
      }
      open.set(name, (open.get(name) ?? 0) + 1);
      reply.hijack();
      reply.raw.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
      });
      reply.raw.on("close", () => {
        const left = (open.get(name) ?? 1) - 1;
        if (left > 0) open.set(name, left);
        else open.delete(name);
      });
      void follow(route, { request, reply, ending: ending.signal }, options);
      return reply;
    });
  }
}

type Stream = { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly ending: AbortSignal };

/** Sends as long as somebody listens who may. */
async function follow(route: Route, { request, reply, ending }: Stream, options: LiveOptions): Promise<void> {
  const { raw } = reply;
  let [last, saidAt] = ["", Date.now()];
  raw.write("retry: 3000\n\n");
  while (!raw.destroyed && !ending.aborted) {
    const text = await look(route, request, options);
    if (text === null) break;
    const now = Date.now();
    if (text !== "" && text !== last && !raw.writableNeedDrain) {
      raw.write(`event: page\ndata: ${JSON.stringify(text)}\n\n`);
      [last, saidAt] = [text, now];
    } else if (now - saidAt >= HEARTBEAT_MS) {
      raw.write(": nothing new\n\n");
      saidAt = now;
    }
    await pause(LOOK_MS, raw, ending);
  }
  if (!raw.destroyed) raw.end("event: end\ndata: {}\n\n");
}

/** @returns `null` for whoever is signed out by now, nothing where Redis has not answered this time */
async function look(route: Route, request: FastifyRequest, { doors, identity }: LiveOptions): Promise<string | null> {
  try {
    // What a page does by itself does not keep somebody signed in.
    const found = await identity.of(request, false);
    if (found === null || "waitMs" in found) return null;
    const answer = await route.handle({ ...callOf(request), who: found.who }, doors);
    return "page" in answer ? answer.page.main.toString() : "";
  } catch {
    return "";
  }
}

async function pause(ms: number, raw: FastifyReply["raw"], ending: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      raw.off("close", done);
      ending.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    raw.on("close", done);
    ending.addEventListener("abort", done);
  });
}
