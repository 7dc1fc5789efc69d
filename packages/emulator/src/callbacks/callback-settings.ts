import { z } from "zod";
import { isHttpUrl } from "../values/http-url.ts";
import { listProblems } from "../values/list-problems.ts";

/** Where callbacks go, as it is set up for a plan in Sinch's dashboard. */
export interface CallbackSettings {
  /** For reports of batches without a `callback_url` of their own. */
  reportUrl: string | undefined;
  /** For inbound messages. */
  inboundUrl: string | undefined;
  /** What callbacks are signed with; undefined: they are not. */
  secret: string | undefined;
}

/** Where the callbacks of each plan go: what is set for all of them, and before it what is set for one. */
export class CallbackBook {
  readonly #shared: CallbackSettings;
  readonly #own = new Map<string, Partial<CallbackSettings>>();

  constructor(shared: CallbackSettings) {
    this.#shared = { ...shared };
  }

  of(plan: string): CallbackSettings {
    return { ...this.#shared, ...this.#own.get(plan) };
  }

  /** @param plan - undefined: all that have none of their own */
  change(settings: Partial<CallbackSettings>, plan?: string): void {
    if (plan === undefined) Object.assign(this.#shared, settings);
    else this.#own.set(plan, { ...this.#own.get(plan), ...settings });
  }
}

const text = z.string().min(1).nullable().optional();
const url = z.string().refine(isHttpUrl, "expected an http or https URL").nullable().optional();
const schema = z.strictObject({ plan: z.string().optional(), report_url: url, inbound_url: url, secret: text });

/** Settings to change, or every reason why the value is none. */
export type ParsedCallbackSettings =
  | { readonly isValid: true; readonly settings: Partial<CallbackSettings>; readonly plan: string | undefined }
  | { readonly isValid: false; readonly problems: readonly string[] };

/**
 * Reads settings that somebody wrote as JSON: null takes one away, one that is missing stays.
 *
 * @param plans - the plans and projects that exist; undefined when any does
 */
export function parseCallbackSettings(value: unknown, plans: readonly string[] | undefined): ParsedCallbackSettings {
  const parsed = schema.safeParse(value);
  if (!parsed.success) return { isValid: false, problems: listProblems(parsed.error) };
  const { plan, report_url: reportUrl, inbound_url: inboundUrl, secret } = parsed.data;
  if (plan !== undefined && plans !== undefined && !plans.includes(plan))
    return { isValid: false, problems: [`plan: expected one of ${plans.join(", ")}`] };
  const settings: Partial<CallbackSettings> = {
    ...(reportUrl === undefined ? {} : { reportUrl: reportUrl ?? undefined }),
    ...(inboundUrl === undefined ? {} : { inboundUrl: inboundUrl ?? undefined }),
    ...(secret === undefined ? {} : { secret: secret ?? undefined }),
  };
  return { isValid: true, settings, plan };
}
