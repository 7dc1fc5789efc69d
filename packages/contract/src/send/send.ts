import { PAYLOAD_VERSION } from "./payload-version.ts";
import { z } from "zod";
import { LIMITS } from "../values/send-limits.ts";
import { PLACEHOLDER_NAME } from "../text/placeholders.ts";
import { isGroup, normaliseRecipient } from "../recipients/recipient.ts";
import { binaryOptions, sendOptions } from "./send-options.ts";
import { stagedSchema } from "../recipients/staged.ts";
import { readTime, TIME_PATTERN } from "../values/time.ts";

/** When the provider reports delivery, and to how fine a grain. `none` is the provider's default. */
export const DELIVERY_REPORTS = ["none", "summary", "full", "per_recipient", "per_recipient_final"] as const;

/** What goes before what in a region. */
export const PRIORITIES = ["normal", "urgent"] as const;

/** Fields that Volley sets itself; `options` may hold any other field of the provider. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  "v",
  "type",
  "from",
  "to",
  "staged",
  "priority",
  "body",
  "parameters",
  "send_at",
  "expire_at",
  "delivery_report",
  "callback_url",
  "retry_codes",
  "client_reference",
  "label",
  "content_digest",
]);

/** One line: nothing that controls a terminal or turns the direction of what stands beside it, and something to be seen. */
const LABEL = /^(?=.*\S)[^\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+$/u;

/** 3 to 18 digits with what people write between them, or up to eleven characters of which one is a letter. */
const SENDER = /^(?:(?=(?:\D*\d){3,18}\D*$)\+?[\d\s\-()]{3,24}|(?=.*[A-Za-z])[\x20-\x7e]{1,11})$/;

const time = z
  .string()
  .refine((text) => readTime(text) !== null, { error: "an ISO-8601 time such as 2026-12-01T09:00:00Z" })
  .meta({ pattern: TIME_PATTERN });

/** Whether a send may name it as its `from`. */
export function isSender(text: string): boolean {
  return SENDER.test(text);
}

/** The two levels are easily written the wrong way round: such values would reach nobody. */
function isNumber(key: string): boolean {
  const recipient = normaliseRecipient(key);
  return recipient !== null && !isGroup(recipient);
}

/** Whether a send may have it as its `label`. */
export function isLabel(text: string): boolean {
  return text.length <= LIMITS.labelCharacters && LABEL.test(text);
}

const parameterValues = z
  .record(z.string(), z.string().max(LIMITS.parameterValueCharacters))
  .meta({ description: "Recipient to value; `default` is for everybody who is not listed." });

const parameters = z
  .record(
    z
      .string()
      .regex(PLACEHOLDER_NAME, { error: "the name of a placeholder, without braces, line breaks and blanks around it" })
      .refine((key) => !isNumber(key), { error: "the name of a placeholder and below it values by recipient" })
      .max(LIMITS.bodyCharacters),
    parameterValues,
  )
  .meta({ description: "One map per placeholder `${key}` of the body. A key may be in any language." });

const common = {
  v: z.literal(PAYLOAD_VERSION).optional().meta({ description: "Version of this payload. Default 1." }),
  from: z
    .string()
    .regex(SENDER, { error: "a number, a short code or at most 11 letters and digits" })
    .optional()
    .meta({
      description:
        "The sender: an MSISDN, a short code, or at most 11 characters of which one is a letter. Left out where the " +
        "account has automatic default originators.",
    }),
  priority: z
    .enum(PRIORITIES)
    .optional()
    .meta({ description: "`urgent` goes before everything else in its region. Default normal." }),
  send_at: time.optional().meta({ description: "When the provider shall send. UTC without an offset. Default now." }),
  expire_at: time
    .optional()
    .meta({ description: "Later than this nothing is sent. At most, and by default, 3 days after send_at." }),
  delivery_report: z.enum(DELIVERY_REPORTS).optional(),
  retry_codes: z
    .union([z.literal("temporary"), z.array(z.int().min(1).max(LIMITS.deliveryCode)).min(1).max(LIMITS.retryCodes)], {
      error: '"temporary", or a list of codes such as [201, 404]',
    })
    .optional()
    .meta({
      description:
        "Whose message the provider reports to have failed with such a code is sent to once more before expire_at, in a " +
        "send of its own. Needs a delivery_report that names recipients.",
    }),
  callback_url: z
    .url({ protocol: /^https?$/, error: "an http or https URL" })
    .max(LIMITS.callbackUrlCharacters)
    .optional(),
  client_reference: z
    .string()
    .min(1)
    .max(LIMITS.ownReferenceCharacters)
    .optional()
    .meta({ description: "Your own reference. The provider sees `<own>~<job id>`." }),
  label: z
    .string()
    .regex(LABEL, { error: "one line of text, without control characters" })
    .max(LIMITS.labelCharacters)
    .optional()
    .meta({
      description:
        "By which you find the send again. The provider never sees it, and an idempotency key does not stand for it.",
    }),
  content_digest: z
    .string()
    .regex(/^[0-9a-f]{20}$/, { error: "20 hexadecimal digits" })
    .optional()
    .meta({ description: "Of a part: what the whole send brings, as a digest. Workers write it; leave it out." }),
  options: sendOptions.optional().meta({ description: "Any further field of the provider, sent as it is." }),
};

const inJob = {
  to: z
    .array(z.string())
    .min(1)
    .max(LIMITS.inlineRecipients)
    .meta({ description: "International numbers (+, 00, spaces, dashes and brackets are ignored) and group IDs." }),
};

const inStage = { staged: stagedSchema };

const textBody = z.string().min(1).max(LIMITS.bodyCharacters);

const mediaBody = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: "an http or https URL" }),
  message: z.string().optional(),
  subject: z.string().optional(),
});

const text = { ...common, type: z.literal("mt_text").optional(), body: textBody, parameters: parameters.optional() };

const binary = {
  ...common,
  type: z.literal("mt_binary"),
  body: z.base64({ error: "Base64" }).min(1),
  options: binaryOptions.meta({ description: "At least the header, `udh`; any further field is sent as it is." }),
};

const media = { ...common, type: z.literal("mt_media"), body: mediaBody, parameters: parameters.optional() };

const SCHEMAS = {
  mt_text: { inJob: z.strictObject({ ...text, ...inJob }), inStage: z.strictObject({ ...text, ...inStage }) },
  mt_binary: { inJob: z.strictObject({ ...binary, ...inJob }), inStage: z.strictObject({ ...binary, ...inStage }) },
  mt_media: { inJob: z.strictObject({ ...media, ...inJob }), inStage: z.strictObject({ ...media, ...inStage }) },
} as const;

const listedSend = z.union([SCHEMAS.mt_text.inJob, SCHEMAS.mt_binary.inJob, SCHEMAS.mt_media.inJob]);

const stagedSend = z.union([SCHEMAS.mt_text.inStage, SCHEMAS.mt_binary.inStage, SCHEMAS.mt_media.inStage]);

/** A send as it stands in a job: the contract between every producer and the worker. */
export const sendSchema = z.union([...listedSend.options, ...stagedSend.options]).meta({
  title: "Volley send",
  description: "The data of a BullMQ job named `send` in the queue `volley-<region>`.",
});

/** A send as a producer writes it, with its recipients inside. */
export type Send = z.infer<typeof listedSend>;

/** A send that points at recipients who are staged in Redis. */
export type StagedSend = z.infer<typeof stagedSend>;

/** The kinds of messages that a send can be. */
export const SEND_TYPES = ["mt_text", "mt_binary", "mt_media"] as const;

/** One of {@link SEND_TYPES}. */
export type SendType = (typeof SEND_TYPES)[number];

/** Where a send's recipients are: in the job, or staged beside it. */
export type Source = "inJob" | "inStage";

/** The names of all fields that a send of a type may have. */
export function fieldsOf(type: SendType): string[] {
  return [...Object.keys(SCHEMAS[type].inJob.shape), "staged"];
}

/** The schema of one type, so that problems speak of that type's fields alone. */
export function schemaOf<From extends Source>(type: SendType, source: From): (typeof SCHEMAS)[SendType][From] {
  return SCHEMAS[type][source];
}

/** Fields that `options` may not hold: the send itself has them. */
export const OWN_FIELD_NAMES: readonly string[] = [...OWN_FIELDS];

/** Whether `options` would overwrite a field that the send itself has. */
export function isOwnField(name: string): boolean {
  return OWN_FIELDS.has(name);
}
