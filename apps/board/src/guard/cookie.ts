import type { IncomingHttpHeaders } from "node:http";

const NAME = "volley_board";

/** Whether the browser speaks TLS, with us or with whoever stands before us: a cookie that says so goes over nothing else. */
function isSecure(headers: IncomingHttpHeaders): boolean {
  return (
    String(headers["x-forwarded-proto"] ?? "")
      .split(",")[0]
      ?.trim() === "https"
  );
}

/** @returns the token of a session, or nothing */
export function readToken(cookie: string | undefined): string | undefined {
  const pairs = (cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  const [, token] = pairs.find(([name]) => name === NAME) ?? [];
  return token !== undefined && /^[\w-]{20,100}$/.test(token) ? token : undefined;
}

/** @param token - nothing to forget it */
export function writeToken(token: string | undefined, headers: IncomingHttpHeaders): string {
  const age = token === undefined ? "; Max-Age=0" : "";
  return `${NAME}=${token ?? ""}; Path=/; HttpOnly; SameSite=Strict${isSecure(headers) ? "; Secure" : ""}${age}`;
}
