import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { installPackage } from "@volley/local-redis";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Where macOS keeps applications. */
const APPLICATIONS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/**
 * A browser for the tests: the one that `CHROMIUM_PATH` names, one on the PATH, or one that the system's package manager
 * installs without asking for a password.
 *
 * @throws Error that says what to install
 */
export async function findChromium(): Promise<string> {
  const found = chromiumOnPath();
  if (found !== undefined) return found;
  const packages = { "apt-get": "chromium", apk: "chromium", dnf: "chromium", brew: "--cask google-chrome" };
  await installPackage("Chromium", packages, console.log);
  const installed = chromiumOnPath();
  if (installed !== undefined) return installed;
  throw new Error(
    "This test needs a browser: install Chromium (Debian: apt-get install chromium), or set CHROMIUM_PATH to a Chrome or Chromium.",
  );
}

function chromiumOnPath(): string | undefined {
  const named = process.env["CHROMIUM_PATH"];
  const folders = ["/usr/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  const known = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), APPLICATIONS];
  return (named ? [named] : known).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
