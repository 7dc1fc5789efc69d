import type { CheckedBatch } from "../check/check-batch.ts";
import type { Recipients } from "../check/check-recipients.ts";
import { checkRecipients } from "../check/check-recipients.ts";
import { isFields } from "../values/fields.ts";
import type { Fields } from "../values/fields.ts";
import type { PersonalText } from "../check/personal-text.ts";

/**
 * How much of every batch is kept: `everything`, or `counts`, which leaves out `parameters` and packs the numbers.
 *
 * Ten million recipients with two parameters each are about 1 GB of requests, or 80 MB packed.
 */
export type Keep = "everything" | "counts";

/**
 * The request of a batch, for as long as the emulator runs.
 *
 * As text (about 16 bytes per recipient, more with parameters) it is parsed again when somebody asks; packed, it is 8
 * bytes per recipient and one text for all batches that are alike.
 */
export type KeptRequest =
  | {
      readonly isPacked: false;
      readonly raw: string;
      /** Whether a text search of `raw` finds every number. */
      readonly isVerbatim: boolean;
    }
  | { readonly isPacked: true; readonly raw: string; readonly numbers: Float64Array; readonly reference: unknown };

/** A request that was read again. */
export interface ParsedRequest {
  readonly fields: Fields;
  readonly recipients: Recipients;
}

/** The request as it came. */
export function keepRequest(checked: CheckedBatch, raw: string): KeptRequest {
  return { isPacked: false, raw, isVerbatim: checked.recipients.isVerbatim };
}

/**
 * The request without its parameters, or undefined where they are needed later: where somebody lacks one, where segments
 * are limited, and where groups are among the recipients.
 */
export function packRequest(checked: CheckedBatch, text: PersonalText): KeptRequest | undefined {
  const { fields, recipients } = checked;
  const isNeeded = recipients.groups.length > 0 || (fields["max_number_of_message_parts"] ?? null) !== null;
  const numbers = recipients.keys.filter((key) => typeof key === "number");
  if (isNeeded || (fields["parameters"] !== undefined && !numbers.every((key) => text.reaches(key)))) return undefined;
  const { to: _to, parameters: _parameters, client_reference: reference, ...rest } = fields;
  return { isPacked: true, raw: alike(JSON.stringify(rest)), numbers: Float64Array.from(numbers), reference };
}

/** Reads the kept request again. It was checked when it came: not being readable now is a bug of the emulator. */
export function readRequest(kept: KeptRequest): ParsedRequest {
  const fields: unknown = JSON.parse(kept.raw);
  if (!isFields(fields)) throw new Error("a kept request is no object");
  if (kept.isPacked) return readPacked(fields, kept);
  const recipients = checkRecipients(fields["to"]);
  if ("code" in recipients) throw new Error("a kept request has no recipients");
  return { fields, recipients };
}

function readPacked(fields: Fields, { numbers, reference }: Extract<KeptRequest, { isPacked: true }>): ParsedRequest {
  const keys = [...numbers];
  const wire = keys.map(String);
  const named = reference === undefined ? {} : { client_reference: reference };
  return { fields: { to: wire, ...fields, ...named }, recipients: { wire, keys, groups: [], isVerbatim: true } };
}

let lastText = "";

/** The same text twice is one text in memory, as long as batches that are alike follow each other. */
function alike(text: string): string {
  if (text !== lastText) lastText = text;
  return lastText;
}
