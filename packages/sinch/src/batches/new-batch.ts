import type { OrAnother } from "../api/or-another.ts";

/** What is reported about a batch, and when. @see sinch-facts 7.1 */
export type DeliveryReportType = OrAnother<"none" | "summary" | "full" | "per_recipient" | "per_recipient_final">;

/** For each placeholder of the text, what stands there for whom; `default` for everybody else. */
export type Parameters = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** ISO-8601; without an offset it is UTC. */
export type Time = string | Date;

/** Fields of every batch. */
export type BatchFields = {
  /** 1 to 1,000 numbers or IDs of groups. */
  readonly to: readonly string[];
  /** May be left out only where the account has a default originator. */
  readonly from?: string;
  /** @default none */
  readonly delivery_report?: DeliveryReportType;
  /** @default now */
  readonly send_at?: Time;
  /** @default three days after `send_at`, which is the latest too */
  readonly expire_at?: Time;
  readonly callback_url?: string;
  /** Echoed in reports and lists. Not unique: two batches may have the same. */
  readonly client_reference?: string;
  /** Needed for delivery feedback. @default false */
  readonly feedback_enabled?: boolean;
};

/** Fields of the sender's address, set both or neither. */
export type SenderType = { readonly from_ton?: number; readonly from_npi?: number };

/** Fields that only a text has. */
export type TextFields = SenderType & {
  readonly parameters?: Parameters;
  readonly flash_message?: boolean;
  /** Cuts the text to one segment. */
  readonly truncate_concat?: boolean;
  /** A longer message is not sent: code 411 in its report. */
  readonly max_number_of_message_parts?: number;
  /** India only. */
  readonly dlt_principal_entity_id?: string;
  /** India only. */
  readonly dlt_template_id?: string;
};

/** What an MMS is made of. */
export type MediaBody = { readonly url: string; readonly message?: string; readonly subject?: string };

/** A text of at most 2,000 characters. */
export type TextBatch = BatchFields & TextFields & { readonly type?: "mt_text"; readonly body: string };

/** Bytes: `body` in Base64 and `udh` in hex, at most 140 bytes together. */
export type BinaryBatch = BatchFields &
  SenderType & { readonly type: "mt_binary"; readonly body: string; readonly udh: string };

/** An MMS; region `us` only. */
export type MediaBatch = BatchFields & {
  readonly type: "mt_media";
  readonly body: MediaBody;
  readonly parameters?: Parameters;
  readonly strict_validation?: boolean;
};

/** The body of a batch that is sent, tried or put in the place of another one. */
export type NewBatch = TextBatch | BinaryBatch | MediaBatch;
