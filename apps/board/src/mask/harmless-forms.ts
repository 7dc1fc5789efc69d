import { isRegionName, isShownName, LIMITS, looksLikeTime, shownName } from "@volley/contract";

import { describeValue } from "./describe-value.ts";
import { maskNumbers } from "./mask-numbers.ts";
import type { Mask } from "./mask.ts";

/** Times that job may have had since there is BullMQ, and those for which sends are scheduled, in milliseconds. */
const FIRST_INSTANT = Date.UTC(2015, 0);
const LAST_INSTANT = Date.UTC(2100, 0);

/** As many milliseconds as have seven digits: from here on they could be a number to text, and are rounded. */
const LONG_MS = 1_000_000;
const MINUTE_MS = 60_000;
const LONGEST_MS = LAST_INSTANT - FIRST_INSTANT;

/** The provider's batch IDs are ULIDs, its older ones hexadecimal; a stage's is a UUID. */
const OPAQUE_ID =
  /^(?:[0-7][0-9A-HJKMNP-TV-Z]{25}|(?=.*[a-f])[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** As the contract makes it. */
const CONTENT_DIGEST = /^(?=.*[a-f])[0-9a-f]{20}$/;

const SHORT_CODE = /^\d{3,6}$/;
const SENDER_NAME = /^[\x20-\x7e]{1,11}$/;
const NUMBER_WITH_SEPARATORS = /^\+?[\d\s\-()]+$/;

/** Five or six fields, each of numbers of at most four digits. */
const CRON = /^(?:(?:[*?LW#/,-]|\d{1,4}(?!\d)|[A-Za-z]{3}(?![A-Za-z])){1,40}(?: (?=\S)|$)){5,6}$/;
const TIME_ZONE = /^[A-Za-z]+(?:[/_+-][A-Za-z]+){0,4}(?:[+-]\d{1,2})?$/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[\da-f:]+\]?):\d{1,5}$/;

/** So many recipients, jobs or seconds. A longer number may be somebody's. */
export const count: Mask = onlyIf((value) => {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= LIMITS.stagedRecipients;
});

/** `true` or `false`. */
export const flag: Mask = onlyIf((value) => typeof value === "boolean");

/** A time as it stands in sends and results. */
export const time: Mask = onlyIf((value) => typeof value === "string" && looksLikeTime(value));

/** A name that a developer has given to something: letters, digits, dashes, and not many digits. */
export const name: Mask = (value) => (typeof value === "string" ? shownName(value) : describeValue(value));

/** The name of a region. */
export const region: Mask = onlyIf((value) => typeof value === "string" && isRegionName(value) && isShownName(value));

/** The ID of a batch or a stage: what those who make them make. */
export const opaqueId: Mask = (value) => (typeof value === "string" && OPAQUE_ID.test(value) ? value : name(value));

/** The digest of what a send brings. */
export const digest: Mask = onlyIf((value) => typeof value === "string" && CONTENT_DIGEST.test(value));

/** Words of a program about what went wrong. What may be a phone number in them is hidden. */
export const words: Mask = (value) => (typeof value === "string" ? maskNumbers(value) : describeValue(value));

/** One of the words that a field has. */
export function oneOf(known: readonly string[]): Mask {
  return onlyIf((value) => typeof value === "string" && known.includes(value));
}

/** A sender: a name or a short code. Of a longer number it is said that it is one. */
export const sender: Mask = (value) => {
  if (typeof value !== "string") return describeValue(value);
  if (SHORT_CODE.test(value)) return value;
  if (NUMBER_WITH_SEPARATORS.test(value)) return `number of ${value.replaceAll(/\D/g, "").length} digits`;
  return SENDER_NAME.test(value) && isShownName(value.replaceAll(/[^\w.-]/g, "-")) ? value : describeValue(value);
};

/** The host is enough to recognise a URL; its path and query may name a person or hold a key. */
export const url: Mask = (value) => {
  return typeof value === "string" && URL.canParse(value)
    ? `${maskNumbers(new URL(value).origin)}/…`
    : describeValue(value);
};

/** Milliseconds since 1970. What is no time of ours is left out: the page would show it as one. */
export const instant: Mask = (value) => {
  return typeof value === "number" && value >= FIRST_INSTANT && value < LAST_INSTANT ? value : undefined;
};

/** Milliseconds; long ones to the minute. What is no duration is left out: the page counts with it. */
export const duration: Mask = (value) => {
  if (typeof value !== "number" || !(value >= 0 && value <= LONGEST_MS)) return undefined;
  return value < LONG_MS ? value : Math.round(value / MINUTE_MS) * MINUTE_MS;
};

/** When a scheduler adds its jobs. */
export const cron: Mask = onlyIf((value) => typeof value === "string" && CRON.test(value));

/** For example `Europe/Stockholm`. */
export const timeZone: Mask = onlyIf((value) => typeof value === "string" && TIME_ZONE.test(value));

/** Host and port of a connection to Redis. */
export const address: Mask = onlyIf((value) => typeof value === "string" && ADDRESS.test(value));

function onlyIf(isHarmless: (value: unknown) => boolean): Mask {
  return (value) => (isHarmless(value) ? value : describeValue(value));
}
