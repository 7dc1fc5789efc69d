import { isTooDeep, MAX_LEVELS, TOO_DEEP } from "./nesting.ts";

/** The JSON of a body, or why it is none that can be read. */
export type ParsedJson =
  { readonly isJson: true; readonly value: unknown } | { readonly isJson: false; readonly problem: string };

/** Reads a body. One that is nested too deep counts as none: its value could be stored, and never be shown again. */
export function parseJson(text: string): ParsedJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { isJson: false, problem: "The body is not valid JSON." };
  }
  // Walking through the parameters of a thousand recipients takes half as long as parsing them; counting, next to none.
  if (hasMoreBrackets(text, MAX_LEVELS) && isTooDeep(value)) {
    return { isJson: false, problem: `The body is ${TOO_DEEP}.` };
  }
  return { isJson: true, value };
}

/** Whether more brackets open in the text, in its strings too. With fewer, nothing can be nested deeper. */
function hasMoreBrackets(text: string, most: number): boolean {
  let left = most;
  for (const bracket of ["[", "{"]) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (left === 0) return true;
      left -= 1;
    }
  }
  return false;
}
