import { z } from "zod";
import { isHttpUrl } from "../values/http-url.ts";
import { listProblems } from "../values/list-problems.ts";

/** Where callbacks go, as it is set up for a plan in Sinch's dashboard. All plans of an emulator share it. */
export interface CallbackSettings {
  /** For reports of batches without a `callback_url` of their own. */
  reportUrl: string | undefined;
  /** For inbound messages. */
  inboundUrl: string | undefined;
  /** What callbacks are signed with; undefined: they are not. */
  secret: string | undefined;
}

const text = z.string().min(1).nullable().optional();
const url = z.string().refine(isHttpUrl, "expected an http or https URL").nullable().optional();
const schema = z.strictObject({ report_url: url, inbound_url: url, secret: text });

/** Settings to change, or every reason why the value is none. */
export type ParsedCallbackSettings =
  | { readonly isValid: true; readonly settings: Partial<CallbackSettings> }
  | { readonly isValid: false; readonly problems: readonly string[] };

/** Reads settings that somebody wrote as JSON: null takes one away, one that is missing stays. */
export function parseCallbackSettings(value: unknown): ParsedCallbackSettings {
  const parsed = schema.safeParse(value);
  if (!parsed.success) return { isValid: false, problems: listProblems(parsed.error) };
  const { report_url: reportUrl, inbound_url: inboundUrl, secret } = parsed.data;
  const settings: Partial<CallbackSettings> = {
    ...(reportUrl === undefined ? {} : { reportUrl: reportUrl ?? undefined }),
    ...(inboundUrl === undefined ? {} : { inboundUrl: inboundUrl ?? undefined }),
    ...(secret === undefined ? {} : { secret: secret ?? undefined }),
  };
  return { isValid: true, settings };
}
