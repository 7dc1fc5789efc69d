import { z } from "zod";
import { binaryBytes, isBase64, isHex, MAX_BINARY_BYTES } from "../check/binary-message.ts";
import { wireSender } from "../values/check-sender.ts";
import { isFields } from "../values/fields.ts";
import { formatInstant, parseInstant } from "../values/instant.ts";
import { listProblems } from "../values/list-problems.ts";
import { readPlan } from "./read-plan.ts";

/** ISO 8601 with any offset; shown as every time of the API is, in UTC with milliseconds. */
const instant = z
  .string()
  .refine((text) => !Number.isNaN(parseInstant(text)), { error: "expected an ISO 8601 time", abort: true })
  .transform((text) => formatInstant(parseInstant(text)));

const fields = {
  from: z.string().min(1),
  to: z.string().min(1),
  operator_id: z.string().optional(),
  client_reference: z.string().optional(),
  sent_at: instant.optional(),
};

const media = z.strictObject({
  url: z.string().optional(),
  content_type: z.string(),
  status: z.string().default("Uploaded"),
  code: z.int().default(0),
});

const text = z.strictObject({ ...fields, type: z.literal("mo_text"), body: z.string().max(2_000) });
const binary = z
  .strictObject({
    ...fields,
    type: z.literal("mo_binary"),
    body: z.string().refine(isBase64, { error: "expected Base64", abort: true }),
    udh: z.string().refine(isHex, { error: "expected hexadecimal of whole bytes", abort: true }),
  })
  .refine(({ body, udh }) => binaryBytes(body, udh) <= MAX_BINARY_BYTES, {
    error: `body and udh have at most ${MAX_BINARY_BYTES} bytes together`,
    path: ["body"],
  });
const multimedia = z.strictObject({
  ...fields,
  type: z.literal("mo_media"),
  body: z.strictObject({
    subject: z.string().optional(),
    message: z.string().optional(),
    media: z.array(media).default([]),
  }),
});

const schema = z.discriminatedUnion("type", [text, binary, multimedia]);

/** A message from a phone, as a test writes it: numbers may have a `+`, `type` is `mo_text` unless given. */
export type NewInbound = {
  /** The plan that receives it; may be left out where there is only one. */
  readonly plan?: string | undefined;
} & (
  | (Omit<z.input<typeof text>, "type"> & { readonly type?: "mo_text" })
  | z.input<typeof binary>
  | z.input<typeof multimedia>
);

/** A message from a phone as Sinch shows it and calls back with it. */
export interface Inbound {
  readonly type: "mo_text" | "mo_binary" | "mo_media";
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly body: unknown;
  readonly udh?: string;
  readonly received_at: string;
  readonly sent_at?: string;
  readonly operator_id?: string;
  readonly client_reference?: string;
}

/** An inbound message without what the emulator gives it, or every reason why the value is none. */
export type ParsedInbound =
  | {
      readonly isInbound: true;
      readonly plan: string;
      readonly inbound: Omit<Inbound, "id" | "received_at">;
    }
  | { readonly isInbound: false; readonly problems: readonly string[] };

/**
 * Reads an inbound message that a test wrote.
 *
 * @param plans - the plans and projects that exist; undefined when any does
 */
export function parseInbound(value: unknown, plans: readonly string[] | undefined): ParsedInbound {
  if (!isFields(value)) return { isInbound: false, problems: ["expected an object"] };
  const { plan: given, ...message } = value;
  const receiver = readPlan(given, plans);
  const parsed = schema.safeParse({ type: "mo_text", ...message });
  if (parsed.success && receiver.isKnown) {
    const inbound = parsed.data;
    const numbers = { from: wireSender(inbound.from), to: wireSender(inbound.to) };
    return {
      isInbound: true,
      plan: receiver.plan,
      inbound: JSON.parse(JSON.stringify({ ...inbound, ...numbers })),
    };
  }
  const problems = [
    ...(receiver.isKnown ? [] : [receiver.problem]),
    ...(parsed.success ? [] : listProblems(parsed.error)),
  ];
  return { isInbound: false, problems };
}
