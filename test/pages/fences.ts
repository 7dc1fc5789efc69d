import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** A block of code in a page. */
export type Fence = {
  /** From the root of the repository. */
  readonly page: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
};

/** Every page that a reader is sent to, from the root of the repository. */
export const PAGES: readonly string[] = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "docker/README.md",
  ...pagesIn("docs"),
  ...pagesIn("packages"),
  ...pagesIn("apps"),
];

/** The blocks of code of all pages in some languages, in the order of the pages. */
export function fencesIn(languages: readonly string[]): Fence[] {
  return PAGES.flatMap(fencesOf).filter(({ language }) => languages.includes(language));
}

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

function fencesOf(page: string): Fence[] {
  const text = readPage(page);
  return [...text.matchAll(/^```([a-z]+)\n(.*?)^```$/gms)].map(({ index, 1: language = "", 2: code = "" }) => {
    const line = text.slice(0, index).split("\n").length + 1;
    return { page, line, language, text: code };
  });
}

function pagesIn(folder: string): string[] {
  const inside = readdirSync(join(ROOT, folder)).flatMap((name) => [
    `${folder}/${name}`,
    `${folder}/${name}/README.md`,
  ]);
  return inside.filter((path) => path.endsWith(".md") && existsSync(join(ROOT, path)));
}
