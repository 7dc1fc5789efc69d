import type { SettingsReader } from "@volley/runtime";

/**
 * Reads an address of which only scheme and host count: paths are the client's.
 *
 * @param published - what it is when unset; without one it is required
 */
export function readHostUrl(reader: SettingsReader, variable: string, published?: string): string {
  const url = reader.url(variable, { schemes: ["http", "https"], default: published });
  if (url !== "" && !isHostOnly(url)) {
    // What stands before an @ may be a password.
    const got = url.includes("@") ? "one with credentials (hidden)" : JSON.stringify(url);
    reader.problem(`${variable}: expected a scheme and a host without a path, got ${got}`);
  }
  return url;
}

function isHostOnly(text: string): boolean {
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === "/" && search === "" && hash === "" && username === "" && password === "";
}
