// How Node loads the sources: every package's own instead of what was built, types taken off, and what Jest offers the file
// that runs for `@jest/globals`.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "@swc/core";

const GLOBALS = new URL("globals.mjs", import.meta.url).href;
const OPTIONS = {
  jsc: { parser: { syntax: "typescript" }, target: "es2023" },
  module: { type: "es6" },
  sourceMaps: "inline",
  swcrc: false,
};

export async function resolve(specifier, context, next) {
  if (specifier === "@jest/globals") return { url: GLOBALS, format: "module", shortCircuit: true };
  return next(specifier, { ...context, conditions: ["@volley/source", ...context.conditions] });
}

export async function load(url, context, next) {
  if (!/\.ts(\?|$)/.test(url)) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, "utf8"), { ...OPTIONS, filename });
  return { format: "module", source: code, shortCircuit: true };
}
