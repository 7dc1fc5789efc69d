import { isHttpUrl } from "../values/http-url.ts";
import { constraintViolation, invalidFormat, invalidJson } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";
import { binaryBytes, isBase64, isHex, MAX_BINARY_BYTES } from "./binary-message.ts";
import { checkParameters } from "./check-parameters.ts";
import {
  checkBoolean,
  checkInteger,
  checkOneOf,
  checkRequiredText,
  checkText,
  isAbsent,
  isFields,
  missing,
} from "../values/fields.ts";
import type { Fields } from "../values/fields.ts";

/** UTF-16 code units; which unit Sinch counts is not published. */
const MAX_BODY_CHARACTERS = 2_000;

/** Sinch states no limits for MMS texts; these only keep nonsense out. */
const MAX_MEDIA_CHARACTERS = 5_000;

const MAX_URL_CHARACTERS = 2_048;

/** Checks what depends on the type: the body and the options that go with it. */
export function checkContent(fields: Fields): Refusal | undefined {
  const wrongType = checkOneOf(fields, "type", ["mt_text", "mt_binary", "mt_media"]);
  if (wrongType !== undefined) return wrongType;
  if (fields["type"] === "mt_binary") return checkBinary(fields);
  if (fields["type"] === "mt_media") return checkMedia(fields);
  return checkTextMessage(fields);
}

function checkTextMessage(fields: Fields): Refusal | undefined {
  return (
    checkRequiredText(fields, "body", MAX_BODY_CHARACTERS) ??
    checkParameters(fields["parameters"]) ??
    checkBoolean(fields, "flash_message") ??
    checkBoolean(fields, "truncate_concat") ??
    checkInteger(fields, "max_number_of_message_parts", 1, Number.MAX_SAFE_INTEGER) ??
    checkNumbering(fields)
  );
}

function checkBinary(fields: Fields): Refusal | undefined {
  const refusal =
    checkRequiredText(fields, "body", MAX_BODY_CHARACTERS) ?? checkRequiredText(fields, "udh", 2 * MAX_BINARY_BYTES);
  if (refusal !== undefined) return refusal;
  const body = String(fields["body"]);
  const header = String(fields["udh"]);
  if (!isBase64(body)) return invalidFormat("The format of parameter 'body' is invalid; it is not valid Base64.");
  if (!isHex(header)) return invalidFormat("The format of parameter 'udh' is invalid; it is not valid hexadecimal.");
  if (binaryBytes(body, header) > MAX_BINARY_BYTES) {
    return constraintViolation(`The parameters 'body' and 'udh' must have at most ${MAX_BINARY_BYTES} bytes together.`);
  }
  return checkNumbering(fields);
}

function checkMedia(fields: Fields): Refusal | undefined {
  const body = fields["body"];
  if (isAbsent(fields, "body")) return missing("body");
  if (!isFields(body)) return invalidJson("The parameter 'body' must be an object.");
  if (isAbsent(body, "url")) return missing("body.url");
  return (
    checkUrl(body, "url") ??
    checkText(body, "message", MAX_MEDIA_CHARACTERS) ??
    checkText(body, "subject", MAX_MEDIA_CHARACTERS) ??
    checkParameters(fields["parameters"]) ??
    checkBoolean(fields, "strict_validation")
  );
}

/** Refuses a field that is there and no absolute http or https URL. */
export function checkUrl(fields: Fields, name: string): Refusal | undefined {
  const refusal = checkText(fields, name, MAX_URL_CHARACTERS);
  const value = fields[name];
  if (refusal !== undefined || typeof value !== "string" || isHttpUrl(value)) return refusal;
  return invalidFormat(`The format of parameter '${name}' is invalid; '${value}' is not a valid URL`);
}

function checkNumbering(fields: Fields): Refusal | undefined {
  return checkInteger(fields, "from_ton", 0, 6) ?? checkInteger(fields, "from_npi", 0, 18);
}
