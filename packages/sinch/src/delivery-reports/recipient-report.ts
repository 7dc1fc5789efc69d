import { z } from "zod";
import { type Expected, expectJson } from "../api/expected.ts";
import { listOf, numberField, textField } from "../api/optional-field.ts";

const recipientReportSchema = z.looseObject({
  type: textField,
  batch_id: z.string().min(1),
  /** Without `+`. */
  recipient: z.string().min(1),
  code: numberField,
  /** See `DeliveryStatus`. Judge by it; the code is detail. */
  status: textField,
  at: textField,
  operator_status_at: textField,
  client_reference: textField,
  applied_originator: textField,
  encoding: textField,
  number_of_message_parts: numberField,
  operator: textField,
  status_message: textField,
});

const recipientReportPageSchema = z.looseObject({
  count: numberField,
  delivery_reports: listOf(recipientReportSchema),
});

/** What became of the message to one recipient. It has no ID of its own. */
export type RecipientReport = z.infer<typeof recipientReportSchema>;

/** One page of a list of reports. */
export type RecipientReportPage = z.infer<typeof recipientReportPageSchema>;

/** Expects the report about a recipient. */
export const RECIPIENT_REPORT: Expected<RecipientReport> = expectJson(
  "no_report",
  "a delivery report",
  recipientReportSchema,
);

/** Expects a page of reports. */
export const RECIPIENT_REPORT_PAGE: Expected<RecipientReportPage> = expectJson(
  "no_list",
  "a list of delivery reports",
  recipientReportPageSchema,
);

/** What makes a report the same as another one. */
export function reportKey({ batch_id, recipient, status, code, at }: RecipientReport): string {
  return JSON.stringify([batch_id, recipient, status, code, at]);
}
