import { firstSegment, isTextType } from "./segments.ts";
import type { Parameters } from "./check-parameters.ts";
import { isFields } from "../values/fields.ts";
import type { Fields } from "../values/fields.ts";
import { recipientKey } from "../values/parse-recipient.ts";

const PLACEHOLDER = /\$\{([A-Za-z0-9_.-]+)\}/g;

type ValueOf = (recipient: number | string) => string | undefined;

/** What each recipient of a batch gets; recipients are given by their key. */
export interface PersonalText {
  /**
   * Whether the recipient is texted at all. One for whom a placeholder has neither a value nor a default is not
   * (Sinch: code 405), while the others of the batch are.
   */
  reaches(recipient: number | string): boolean;
  /**
   * The text with its parameters filled in, cut to one segment with `truncate_concat`; the Base64 of a binary message; the
   * URL of a media message without text.
   */
  textFor(recipient: number | string): string;
}

/** @param fields - the checked body of `POST /batches` */
export function personalText(fields: Fields): PersonalText {
  const text = filledText(fields);
  if (fields["truncate_concat"] !== true || !isTextType(fields["type"])) return text;
  return {
    reaches: (recipient) => text.reaches(recipient),
    textFor: (recipient) => firstSegment(text.textFor(recipient)),
  };
}

function filledText(fields: Fields): PersonalText {
  const template = templateOf(fields);
  const parameters = parametersOf(fields);
  // Sinch documents no way to write a literal ${…}: without any parameters the text is taken as it stands.
  if (parameters === undefined || !template.includes("${")) return { reaches: () => true, textFor: () => template };
  const valueOf = new Map<string, ValueOf>();
  for (const [, key = ""] of template.matchAll(PLACEHOLDER)) {
    if (!valueOf.has(key)) valueOf.set(key, readValues(parameters, key));
  }
  const needed = [...valueOf.values()];
  return {
    reaches: (recipient) => needed.every((value) => value(recipient) !== undefined),
    textFor: (recipient) => template.replace(PLACEHOLDER, (_all, key: string) => valueOf.get(key)?.(recipient) ?? ""),
  };
}

/** The keys of `parameters` may be written differently from `to`, with `+` for example. */
function readValues(parameters: Parameters, key: string): ValueOf {
  const values = Object.hasOwn(parameters, key) ? parameters[key] : undefined;
  const byRecipient = new Map<number | string, string>();
  for (const [recipient, value] of Object.entries(values ?? {})) {
    if (value !== null) byRecipient.set(recipientKey(recipient), value);
  }
  const fallback = byRecipient.get("default");
  return (recipient) => byRecipient.get(recipient) ?? fallback;
}

function templateOf(fields: Fields): string {
  const body = fields["body"];
  if (typeof body === "string") return body;
  if (!isFields(body)) return "";
  return String(body["message"] ?? body["url"]);
}

function parametersOf(fields: Fields): Parameters | undefined {
  const parameters = fields["parameters"];
  if (fields["type"] === "mt_binary" || !isFields(parameters)) return undefined;
  return Object.values(parameters).every((values) => values === null) ? undefined : (parameters as Parameters);
}
