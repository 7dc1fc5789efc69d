import { fileURLToPath } from "node:url";

/** The absolute path of a file or folder of the repository, from its path inside it. */
export function repositoryPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
