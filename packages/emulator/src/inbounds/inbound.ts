import { z } from "zod";
import { wireSender } from "../batches/check-sender.ts";
import { isFields } from "../batches/fields.ts";

const fields = {
  /** The plan that receives it; may be left out where there is only one. */
  plan: z.string().min(1).optional(),
  from: z.string().min(1),
  to: z.string().min(1),
  operator_id: z.string().optional(),
  client_reference: z.string().optional(),
  /** ISO 8601. */
  sent_at: z.string().optional(),
};

const media = z.strictObject({
  url: z.string().optional(),
  content_type: z.string(),
  status: z.string().default("Uploaded"),
  code: z.int().default(0),
});

const text = z.strictObject({ ...fields, type: z.literal("mo_text"), body: z.string().max(2_000) });
const binary = z.strictObject({ ...fields, type: z.literal("mo_binary"), body: z.base64(), udh: z.hex() });
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
export type NewInbound =
  | (Omit<z.input<typeof text>, "type"> & { readonly type?: "mo_text" })
  | z.input<typeof binary>
  | z.input<typeof multimedia>;

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
      readonly plan: string | undefined;
      readonly inbound: Omit<Inbound, "id" | "received_at">;
    }
  | { readonly isInbound: false; readonly problems: readonly string[] };

/** Reads an inbound message that a test wrote. */
export function parseInbound(value: unknown): ParsedInbound {
  const parsed = schema.safeParse(isFields(value) ? { type: "mo_text", ...value } : value);
  if (parsed.success) {
    const { plan, ...inbound } = parsed.data;
    const numbers = { from: wireSender(inbound.from), to: wireSender(inbound.to) };
    return { isInbound: true, plan, inbound: JSON.parse(JSON.stringify({ ...inbound, ...numbers })) };
  }
  const problems = parsed.error.issues.map((issue) => `${issue.path.map(String).join(".")}: ${issue.message}`);
  return { isInbound: false, problems };
}
