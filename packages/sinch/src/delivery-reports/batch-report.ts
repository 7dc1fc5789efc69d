import { z } from "zod";
import { type Expected, expectJson } from "../api/expected.ts";
import { listOf, numberField, textField, textsField } from "../api/optional-field.ts";

const batchReportSchema = z.looseObject({
  type: textField,
  batch_id: z.string().min(1),
  total_message_count: numberField,
  /** One entry per code that at least one message has; none for a batch that was canceled before its time. */
  statuses: listOf(
    z.looseObject({
      code: numberField,
      status: textField,
      count: numberField,
      /** Only in a full report. */
      recipients: textsField,
    }),
  ).default([]),
  client_reference: textField,
});

/** How far a batch has come, counted by code. */
export type BatchReport = z.infer<typeof batchReportSchema>;

/** Expects the report of a batch. */
export const BATCH_REPORT: Expected<BatchReport> = expectJson("no_report", "a delivery report", batchReportSchema);
