import { refusalAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { isFields } from "../values/fields.ts";
import type { Fields } from "../values/fields.ts";
import type { Call } from "./call.ts";
import { invalidJson } from "../values/refusal.ts";

const JSON_TYPE = /^application\/json(?:\s*;|$)/i;

/** The JSON of a request, or what to answer instead: 415 for another content type, 400 for JSON that cannot be read. */
export type JsonBody =
  { readonly isJson: true; readonly value: unknown } | { readonly isJson: false; readonly answer: Answer };

/** The JSON object of a request, or what to answer instead. */
export type JsonObject =
  { readonly isJson: true; readonly fields: Fields } | { readonly isJson: false; readonly answer: Answer };

/** Reads a body that has to be JSON. */
export function readJson(call: Call): JsonBody {
  if (call.contentType === undefined || !JSON_TYPE.test(call.contentType)) {
    return { isJson: false, answer: { status: 415 } };
  }
  if (call.body.isJson) return call.body;
  return { isJson: false, answer: refusalAnswer(invalidJson(call.body.problem)) };
}

/** Reads a body that has to be a JSON object. */
export function readJsonObject(call: Call): JsonObject {
  const body = readJson(call);
  if (!body.isJson) return body;
  if (isFields(body.value)) return { isJson: true, fields: body.value };
  return { isJson: false, answer: refusalAnswer(invalidJson("The body must be a JSON object.")) };
}
