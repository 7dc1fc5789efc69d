import type { SettingsReader } from "@volley/runtime";

/**
 * Reads an address of which only scheme and host count: paths are the client's.
 *
 * @param published - what it is when unset; without one it is required
 */
export function readHostUrl(reader: SettingsReader, variable: string, published?: string): string {
  const url = reader.url(variable, { schemes: ["http", "https"], default: published });
  if (url !== "" && !isHostOnly(url)) {
    reader.problem(`${variable}: expected a scheme and a host without a path, got ${kindOf(url)}`);
  }
  return url;
}

function isHostOnly(text: string): boolean {
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === "/" && search === "" && hash === "" && username === "" && password === "";
}

/** Neither of them is shown: a key may stand in a path as well as before an @. */
function kindOf(text: string): string {
  const { username, password } = new URL(text);
  return username === "" && password === "" ? "one with more than that" : "one with credentials (hidden)";
}
