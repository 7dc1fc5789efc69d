import type { DeliveryState } from "../terms/delivery-state.ts";

/** What became of the message to one recipient. */
export type RecipientReport = {
  readonly kind: "recipient";
  readonly batchId: string;
  /** Digits, without `+`. */
  readonly recipient: string;
  readonly state: DeliveryState;
  /** `null` where the report does not say. */
  readonly at: Date | null;
  readonly reference: string | undefined;
  /** Further fields of the provider's that events pass on. */
  readonly details: Readonly<Record<string, string | number>>;
};

/** How many messages of a batch are in which state. */
export type BatchReport = {
  readonly kind: "batch";
  readonly batchId: string;
  readonly reference: string | undefined;
  readonly states: readonly {
    readonly state: DeliveryState;
    readonly count: number;
    /** `null` where the report does not name them. */
    readonly recipients: readonly string[] | null;
  }[];
};

/** A message from a phone. */
export type Inbound = {
  readonly kind: "inbound";
  readonly id: string;
  /** The provider's fields as they are: `type`, `from`, `to`, `body`, … */
  readonly message: Readonly<Record<string, unknown>>;
  readonly at: Date | null;
};

/** What the provider tells by itself. */
export type Callback =
  | RecipientReport
  | BatchReport
  | Inbound
  /** Something that we do not know yet. */
  | { readonly kind: "unknown" }
  /** Something that we know, without what it takes to say whom it is about. */
  | { readonly kind: "unreadable" };
