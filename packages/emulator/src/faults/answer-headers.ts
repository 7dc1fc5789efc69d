import { validateHeaderName, validateHeaderValue } from "node:http";

/** Answers go out whole, with their length: Node writes no trailers then, and no client reads another encoding. */
const FRAMING = new Set(["trailer", "transfer-encoding"]);

/** Why an answer cannot have this header; undefined when it can. */
export function headerProblem(name: string, value: string): string | undefined {
  if (FRAMING.has(name.toLowerCase())) return "answers are sent whole, without trailers and without transfer encoding";
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
