/** The headers by which a browser says where a request comes from. */
export type OriginHeaders = {
  host?: string | undefined;
  origin?: string | undefined;
  "sec-fetch-site"?: string | string[] | undefined;
};

/**
 * Whether a page of somebody else sent this request. A browser adds the password to it by itself, so without this check
 * any page could press the board's buttons. What is no browser sends neither header, and has no password to be abused.
 *
 * Every browser of today says in `Sec-Fetch-Site` where a request comes from, whatever a proxy makes of the host. Older
 * ones send the origin alone.
 */
export function isCrossSite(headers: OriginHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin";
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
