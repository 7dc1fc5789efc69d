/**
 * The longest region name. Together with the longest own reference (80) and a part's suffix it keeps the wire's
 * `client_reference` within 128 characters, the limit of Sinch's older documentation.
 */
export const MAX_REGION_NAME_LENGTH = 20;

/** Lower case letters, digits and inner dashes, beginning with a letter: it becomes part of queue names and job IDs. */
export const REGION_NAME_PATTERN: RegExp = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

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
