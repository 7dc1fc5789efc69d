import type { OrAnother } from "../api/or-another.ts";

/** The statuses that the provider publishes; others may be added at any time. The batch's flag is spelt `canceled`. */
export type DeliveryStatus = OrAnother<
  | "Queued"
  | "Dispatched"
  | "Aborted"
  | "Cancelled"
  | "Rejected"
  | "Deleted"
  | "Delivered"
  | "Failed"
  | "Expired"
  | "Unknown"
>;
