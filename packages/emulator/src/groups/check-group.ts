import { wireSender } from "../values/check-sender.ts";
import { checkText, isAbsent, isFields, missing } from "../values/fields.ts";
import type { Fields } from "../values/fields.ts";
import { parseMsisdn } from "../values/parse-recipient.ts";
import { invalid, valid } from "../values/checked.ts";
import type { Checked } from "../values/checked.ts";
import { constraintViolation, invalidFormat, invalidJson, unknownGroup } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";
import type { AutoUpdate, Keywords } from "./group.ts";

/** Sinch's limits of 2021; its current models name none. */
const MAX_NAME_CHARACTERS = 20;
const MAX_MEMBERS = 10_000;
const MAX_CHILD_GROUPS = 10;
const MAX_KEYWORD_CHARACTERS = 15;

const KEYWORD = /^\w+$/;

/** Reads a list of numbers; one that is missing is empty. */
export function checkMembers(fields: Fields, name: string): Checked<Set<number>> {
  const value = fields[name] ?? [];
  if (!Array.isArray(value)) return invalid(invalidJson(`The parameter '${name}' must be an array.`));
  if (value.length > MAX_MEMBERS) {
    return invalid(constraintViolation(`The parameter '${name}' must have at most ${MAX_MEMBERS} items.`));
  }
  const members = new Set<number>();
  for (const [index, entry] of value.entries()) {
    const number = typeof entry === "string" ? parseMsisdn(entry) : 0;
    if (number === 0) {
      const format = `The format of parameter '${name}[${index}]' is invalid`;
      return invalid(invalidFormat(`${format}; value '${String(entry)}' is not a valid MSISDN.`));
    }
    members.add(number);
  }
  return valid(members);
}

/** Reads `name`; null and a missing one are no name. */
export function checkName(fields: Fields): Checked<string | undefined> {
  const refusal = checkText(fields, "name", MAX_NAME_CHARACTERS);
  if (refusal !== undefined) return invalid(refusal);
  const name = fields["name"];
  return valid(typeof name === "string" ? name : undefined);
}

/** Reads `child_groups`, which have to exist. */
export function checkChildGroups(fields: Fields, knowsGroup: (id: string) => boolean): Checked<readonly string[]> {
  const value = fields["child_groups"] ?? [];
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string")) {
    return invalid(invalidJson("The parameter 'child_groups' must be an array of strings."));
  }
  if (value.length > MAX_CHILD_GROUPS) {
    return invalid(constraintViolation(`The parameter 'child_groups' must have at most ${MAX_CHILD_GROUPS} items.`));
  }
  const unknown = value.find((id) => !knowsGroup(id));
  return unknown === undefined ? valid(value) : invalid(unknownGroup(unknown));
}

/** Reads `auto_update`; null and a missing one are none. */
export function checkAutoUpdate(fields: Fields): Checked<AutoUpdate | undefined> {
  const value = fields["auto_update"] ?? undefined;
  if (value === undefined) return valid(undefined);
  if (!isFields(value)) return invalid(invalidJson("The parameter 'auto_update' must be an object."));
  if (typeof value["to"] !== "string") return invalid(missing("auto_update.to"));
  const refusal = checkKeywords(value["add"], "add") ?? checkKeywords(value["remove"], "remove");
  if (refusal !== undefined) return invalid(refusal);
  const add = readKeywords(value["add"]);
  const remove = readKeywords(value["remove"]);
  const words = { ...(add === undefined ? {} : { add }), ...(remove === undefined ? {} : { remove }) };
  return valid({ to: wireSender(value["to"]), ...words });
}

function checkKeywords(value: unknown, name: string): Refusal | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) return invalidJson(`The parameter 'auto_update.${name}' must be an object.`);
  return (
    checkKeyword(value["first_word"], `auto_update.${name}.first_word`) ??
    (isAbsent(value, "second_word") ? undefined : checkKeyword(value["second_word"], `auto_update.${name}.second_word`))
  );
}

/** Keywords that were checked. */
function readKeywords(value: unknown): Keywords | undefined {
  if (!isFields(value)) return undefined;
  const second = isAbsent(value, "second_word") ? {} : { second_word: String(value["second_word"]) };
  return { first_word: String(value["first_word"]), ...second };
}

function checkKeyword(value: unknown, name: string): Refusal | undefined {
  if (typeof value === "string" && value.length <= MAX_KEYWORD_CHARACTERS && KEYWORD.test(value)) return undefined;
  return constraintViolation(`The parameter '${name}' must be one word of at most ${MAX_KEYWORD_CHARACTERS} letters.`);
}
