import type { Batch } from "./batch.ts";
import { checkRecipients } from "./check-recipients.ts";
import type { Recipients } from "./check-recipients.ts";
import { isFields } from "./fields.ts";
import type { Fields } from "./fields.ts";

/** Parses the kept request again. It was checked when it came: not being readable now is a bug of the emulator. */
export function parseBatch(batch: Batch): { readonly fields: Fields; readonly recipients: Recipients } {
  const fields: unknown = JSON.parse(batch.rawRequest);
  const recipients = isFields(fields) ? checkRecipients(fields["to"]) : undefined;
  if (!isFields(fields) || recipients === undefined || "code" in recipients) {
    throw new Error(`the kept request of batch ${batch.id} cannot be read`);
  }
  return { fields, recipients };
}
