import { invalid, valid } from "../values/checked.ts";
import type { Checked } from "../values/checked.ts";
import { constraintViolation, invalidFormat, invalidJson } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";
import { checkOneOf } from "../values/fields.ts";
import type { Fields } from "../values/fields.ts";
import { isGroupId, parseMsisdn, recipientKey } from "../values/parse-recipient.ts";

/** Sinch's documents of 2021; a current limit is not published. */
const MAX_CHANGED_RECIPIENTS = 100;

/**
 * The fields of a batch after an update: `to_add` and `to_remove` change `to`, null takes a field back to its default,
 * a field that is missing stays; the type always does. The result is still to be checked like a new batch.
 */
export function updateFields(fields: Fields, update: Fields): Checked<Fields> {
  const refusal =
    checkChange(update, "to_add") ??
    checkChange(update, "to_remove") ??
    checkOneOf(update, "type", [typeof fields["type"] === "string" ? fields["type"] : "mt_text"]);
  if (refusal !== undefined) return invalid(refusal);
  const { to_add: toAdd, to_remove: toRemove, to: _to, type: _type, ...changes } = update;
  const merged: Record<string, unknown> = { ...fields };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete merged[name];
    else merged[name] = value;
  }
  return valid({ ...merged, to: changedRecipients(entriesOf(fields["to"]), entriesOf(toAdd), entriesOf(toRemove)) });
}

function checkChange(update: Fields, name: string): Refusal | undefined {
  const value = update[name] ?? undefined;
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return invalidJson(`The parameter '${name}' must be an array.`);
  if (value.length === 0 || value.length > MAX_CHANGED_RECIPIENTS) {
    return constraintViolation(`The parameter '${name}' must have between 1 and ${MAX_CHANGED_RECIPIENTS} items.`);
  }
  const wrong = value.findIndex((entry) => typeof entry !== "string" || !(parseMsisdn(entry) || isGroupId(entry)));
  if (wrong === -1) return undefined;
  const format = `The format of parameter '${name}[${wrong}]' is invalid`;
  return invalidFormat(`${format}; value '${String(value[wrong])}' is not a valid MSISDN or group ID.`);
}

/** Who is added twice or is there already is not added; who is to be removed and is not there is passed over. */
function changedRecipients(to: readonly string[], added: readonly string[], removed: readonly string[]): string[] {
  const gone = new Set(removed.map((entry) => recipientKey(entry)));
  const there = new Set(to.map((entry) => recipientKey(entry)));
  const isNew = (entry: string): boolean => {
    const key = recipientKey(entry);
    const isThere = there.has(key);
    there.add(key);
    return !isThere;
  };
  return [...to, ...added.filter((entry) => isNew(entry))].filter((entry) => !gone.has(recipientKey(entry)));
}

function entriesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
