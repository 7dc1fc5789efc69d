import { existsSync, readFileSync } from "node:fs";

/** The package that a file belongs to. */
export type OwnPackage = {
  /** Ends with a slash. */
  readonly folder: URL;
  readonly version: string;
};

/**
 * Finds the package of a file: one that was bundled is not as deep in it as its source.
 *
 * @param url - the file's `import.meta.url`
 */
export function ownPackage(url: string): OwnPackage {
  let folder = new URL(".", url);
  while (!existsSync(new URL("package.json", folder)) && folder.pathname !== "/") folder = new URL("..", folder);
  const manifest: unknown = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  return { folder, version: String(Reflect.get(Object(manifest), "version")) };
}
