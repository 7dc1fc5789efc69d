import type { BatchFields, MediaBody, Parameters, SenderType, TextFields, Time } from "./new-batch.ts";

/** Fields that may be changed in every batch that is not being sent yet. Null resets a field to its default. */
type UpdateFields = {
  readonly to_add?: readonly string[];
  readonly to_remove?: readonly string[];
  readonly from?: string;
  readonly delivery_report?: BatchFields["delivery_report"] | null;
  /** Null sends it now. */
  readonly send_at?: Time | null;
  readonly expire_at?: Time | null;
  readonly callback_url?: string | null;
  readonly client_reference?: string;
  readonly feedback_enabled?: boolean;
};

type TextUpdate = UpdateFields &
  Omit<TextFields, "parameters"> & {
    readonly type?: "mt_text";
    readonly body?: string;
    readonly parameters?: Parameters | null;
  };

type BinaryUpdate = UpdateFields &
  SenderType & { readonly type: "mt_binary"; readonly body?: string; readonly udh?: string };

type MediaUpdate = UpdateFields & {
  readonly type: "mt_media";
  readonly body?: MediaBody;
  readonly parameters?: Parameters | null;
  readonly strict_validation?: boolean;
};

/** The body of `POST /batches/{id}`: what is not named stays as it is. */
export type BatchUpdate = TextUpdate | BinaryUpdate | MediaUpdate;
