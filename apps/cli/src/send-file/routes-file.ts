import { readFile } from "node:fs/promises";
import { readRoutes, type Routes } from "@volley/contract";
import { CliError } from "../exit/cli-error.ts";

/**
 * Reads the file that says to which region a number goes, for `--region auto`.
 *
 * @param file - `VOLLEY_ROUTES_FILE`
 * @throws CliError when there is none, it is no JSON, or with everything that is wrong in it
 */
export async function readRoutesFile(file: string | undefined): Promise<Routes> {
  if (file === undefined) {
    throw new CliError("region auto: expected VOLLEY_ROUTES_FILE to name a file with routes, got nothing");
  }
  const read = readRoutes(await readJson(file));
  if (read.ok) return read.routes;
  throw new CliError(read.problems.map(({ field, message }) => `${file}: ${field}: ${message}`).join("\n"));
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown error";
    throw new CliError(`${file} (VOLLEY_ROUTES_FILE) cannot be read: ${code}`, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`${file} (VOLLEY_ROUTES_FILE): expected JSON, got something else`, { cause: error });
  }
}
