import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { repositoryPath } from "./repository-path.ts";

/**
 * Every document of a YAML file of the repository, merge keys (`<<`) resolved. Throws on the first error or warning:
 * a duplicate key is an error.
 */
export function readYaml(path: string): readonly unknown[] {
  const documents = parseAllDocuments(readFileSync(repositoryPath(path), "utf8"), { merge: true });
  if (!Array.isArray(documents)) {
    throw new TypeError(`${path} holds no document`);
  }
  return documents.map((document) => {
    for (const problem of [...document.errors, ...document.warnings]) {
      throw new Error(`${path}: ${problem.message}`);
    }
    const value: unknown = document.toJS();
    return value;
  });
}
