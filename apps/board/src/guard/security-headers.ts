import type { FastifyReply, FastifyRequest } from "fastify";

/** What stands beside everything. */
const EVERYWHERE = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

/** Our own pages: one stylesheet, one script, both from here. */
const OWN = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * bull-board sets styles from its scripts (hence `unsafe-inline` for styles, not for scripts) and its editor starts a worker from
 * a blob; nothing is loaded from anywhere else.
 */
const BULL_BOARD = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Where bull-board is. */
export const QUEUES = "/queues";

/** @param url - the pattern of the route that was found */
export function ownHeaders(url: string): Record<string, string> {
  const policy = isBullBoard(url) ? BULL_BOARD : OWN;
  // What a person saw of jobs does not stay on the disk. Our own files say nothing, and have another address when they change.
  const kept = url.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-store";
  return { ...EVERYWHERE, "content-security-policy": policy, "cache-control": kept };
}

const FONTS_ELSEWHERE = /<link\b[^>]*fonts\.googleapis\.com[^>]*>/g;

/** Takes Google's fonts out of bull-board's page: who opens the board is nobody else's business. */
export function withoutWhatIsElsewhere({ routeOptions }: FastifyRequest, reply: FastifyReply, payload: string): string {
  const isPage = String(reply.getHeader("content-type")).startsWith("text/html");
  const isTheirs = isBullBoard(routeOptions.url ?? "");
  return isPage && isTheirs ? payload.replace(FONTS_ELSEWHERE, "") : payload;
}

function isBullBoard(url: string): boolean {
  return url === QUEUES || url.startsWith(`${QUEUES}/`);
}
