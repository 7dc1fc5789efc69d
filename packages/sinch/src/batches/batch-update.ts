import type { BatchFields, MediaBatch, MediaBody, SenderType, TextFields } from "./new-batch.ts";

/** Fields that a batch need not have: null takes one back to its default. */
type Resettable<Fields> = { readonly [Name in keyof Fields]?: Fields[Name] | null };

/** Fields that may be changed in every batch that is not being sent yet. Null for `send_at` sends it now. */
type UpdateFields = Resettable<Omit<BatchFields, "to">> & {
  readonly to_add?: readonly string[];
  readonly to_remove?: readonly string[];
};

type TextUpdate = UpdateFields & Resettable<TextFields> & { readonly type?: "mt_text"; readonly body?: string };

type BinaryUpdate = UpdateFields &
  Resettable<SenderType> & { readonly type: "mt_binary"; readonly body?: string; readonly udh?: string };

type MediaUpdate = UpdateFields &
  Resettable<Pick<MediaBatch, "parameters" | "strict_validation">> & {
    readonly type: "mt_media";
    readonly body?: MediaBody;
  };

/** The body of `POST /batches/{id}`: what is not named stays as it is, and null resets what has a default. */
export type BatchUpdate = TextUpdate | BinaryUpdate | MediaUpdate;
