/** What IDs of batches, groups and inbounds look like. */
export const ULID = /^0[0-9A-HJKMNP-TV-Z]{25}$/;

/** What times look like: UTC with milliseconds. */
export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const ANN = "46701234567";
export const BOB = "46707654321";

/** A batch as callers write it. */
export const TEXT = { from: "+12015550123", to: [`+${ANN}`, `+${BOB}`], body: "Hi" };

/** A moment so far from now, as the wire has it. */
export function inFuture(byMs: number): string {
  return new Date(Date.now() + byMs).toISOString();
}

/** A moment some days after another one. */
export function inDays(from: string, days: number): string {
  return new Date(Date.parse(from) + days * DAY_MS).toISOString();
}
