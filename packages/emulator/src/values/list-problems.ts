import type { z } from "zod";

/** Every reason why a value does not fit its schema, each with the field that it is about. */
export function listProblems({ issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`));
}
