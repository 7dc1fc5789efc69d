/**
 * The longest region name. Together with the longest own reference (80) and a part's suffix it keeps the wire's
 * `client_reference` within 128 characters, the limit of Sinch's older documentation.
 */
export const MAX_REGION_NAME_LENGTH = 20;

/** In place of a region's name: each recipient goes to the region that its number has by the routes. No region has it. */
export const AUTO_REGION = "auto";

/** What `volley-events` would be the queue of, and `VOLLEY_EVENTS_…` the settings: those of the events. No region has it. */
export const EVENTS_NAME = "events";

/**
 * Lower case letters, digits and inner dashes, beginning with a letter: it becomes part of queue names and job IDs.
 * {@link AUTO_REGION} and {@link EVENTS_NAME} are none.
 */
export const REGION_NAME_PATTERN: RegExp = /^(?!(?:auto|events)$)[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

/** What {@link REGION_NAME_PATTERN} takes, in words. */
export const REGION_NAMES_EXPECTED = "region names such as us or gulf-2, neither auto nor events";

/** Whether the text can name a region. */
export function isRegionName(text: string): boolean {
  return REGION_NAME_PATTERN.test(text);
}

/**
 * The part of an environment variable that names a region.
 *
 * @param region - for example `gulf-2`
 * @returns for example `GULF_2`
 */
export function regionVariable(region: string): string {
  return region.toUpperCase().replaceAll("-", "_");
}
