import type { BatchContent, ReportType } from "./batch.ts";
import type { CheckedBatch } from "../check/check-batch.ts";
import { keepRequest, packRequest } from "./kept-request.ts";
import type { Keep } from "./kept-request.ts";
import type { PersonalText } from "../check/personal-text.ts";

/** What the content of a batch depends on besides its request. */
export interface ContentRules {
  readonly keep: Keep;
  /** How long a batch stays in the plan's queue after its `send_at`. */
  readonly dispatchDelayMs: number;
}

/** Where the content of a batch comes from. */
export interface ContentSource {
  /** The request as JSON. */
  readonly raw: string;
  readonly text: PersonalText;
}

/** What is kept of a request that was checked. */
export function readContent(checked: CheckedBatch, { raw, text }: ContentSource, rules: ContentRules): BatchContent {
  const { fields, window } = checked;
  const { from, client_reference: clientReference, delivery_report: report, callback_url: callbackUrl } = fields;
  const packed = rules.keep === "counts" ? packRequest(checked, text) : undefined;
  return {
    request: packed ?? keepRequest(checked, raw),
    from: typeof from === "string" ? from : undefined,
    clientReference: typeof clientReference === "string" ? clientReference : undefined,
    sendAtMs: window.sendAtMs,
    expireAtMs: window.expireAtMs,
    dueAtMs: window.dueAtMs,
    dispatchAtMs: window.dueAtMs + rules.dispatchDelayMs,
    reportType: (report ?? "none") as ReportType,
    callbackUrl: typeof callbackUrl === "string" ? callbackUrl : undefined,
    isMedia: fields["type"] === "mt_media",
  };
}
