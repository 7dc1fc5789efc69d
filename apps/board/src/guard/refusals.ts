import type { FastifyReply, FastifyRequest } from "fastify";
import { html } from "../html/html.ts";
import { shell, type Viewer } from "../html/shell.ts";

/** Why a request is not answered. */
export type Refusal = { readonly status: number; readonly sentence: string; readonly headers?: Record<string, string> };

const TITLES: Readonly<Record<number, string>> = {
  400: "That cannot be read",
  401: "Sign in first",
  403: "That is not for you",
  404: "There is no such page",
  405: "That changes nothing here",
  409: "Something has changed",
  429: "Too many tries",
  503: "Redis is away",
};

/** Answers with a page, or with a line for whoever is no browser. */
export async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, sentence, headers = {} }: Refusal,
  viewer: Viewer = null,
): Promise<void> {
  reply.code(status).headers(headers);
  if (!wantsPage(request)) return void (await reply.type("text/plain; charset=utf-8").send(`${sentence}\n`));
  const main = html`<div class="notice bad" role="alert"><p>${sentence}</p></div>
    <p><a href="/">To the regions</a></p>`;
  const page = shell({ title: TITLES[status] ?? "That did not work", main }, viewer, "/");
  await reply.type("text/html; charset=utf-8").send(page);
}

/** Whether somebody reads the answer in a browser's window. */
export function wantsPage({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes("text/html") ?? false;
}
