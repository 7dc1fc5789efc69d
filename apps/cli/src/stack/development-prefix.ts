import { randomBytes } from "node:crypto";

/** BullMQ's prefix of `volley dev` where nothing else is said. */
export const DEVELOPMENT_PREFIX = "{volley-dev}";

/** The word of its own by which a prefix is known to be for development: `{shop-dev}`, `{volley-demo-1}`, never `{device}`. */
const DEVELOPMENT_WORD = /(?<![a-z0-9])(?:dev|demo)(?![a-z0-9])/i;

/** Whether nothing under this prefix is meant for real people. */
export function isDevelopmentPrefix(prefix: string): boolean {
  return DEVELOPMENT_WORD.test(prefix);
}

/** A prefix that nobody else has: what an earlier demonstration left behind is not sent now. */
export function demoPrefix(): string {
  return `{volley-demo-${randomBytes(4).toString("hex")}}`;
}
