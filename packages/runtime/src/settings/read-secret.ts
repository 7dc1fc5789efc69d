import { readFileSync } from "node:fs";

/** Where variables are read from, and where a problem with one goes. */
type Source = { readonly read: (name: string) => string | undefined; readonly problem: (sentence: string) => void };

/**
 * Reads a secret from its variable, or from the file that `<NAME>_FILE` names. Of both at once nobody could tell which one
 * holds. No message repeats the path: a secret may stand in its place.
 *
 * @returns `undefined` when it is unset, or its file is of no use, which is noted
 */
export function readSecret({ read, problem }: Source, name: string): string | undefined {
  const [value, path] = [read(name), read(`${name}_FILE`)];
  if (path === undefined) return value;
  if (value !== undefined) {
    problem(`${name}_FILE: expected either ${name} or a file with it, got both`);
    return value;
  }
  try {
    const text = readFileSync(path, "utf8").trim();
    if (text !== "") return text;
    problem(`${name}_FILE: expected a file with the value of ${name}, got an empty one`);
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), "code");
    problem(`${name}_FILE: expected a file with the value of ${name}, got one that cannot be read (${String(code)})`);
  }
  return undefined;
}
