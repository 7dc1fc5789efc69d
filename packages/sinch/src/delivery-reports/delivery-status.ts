/** The statuses that the provider publishes; others may be added at any time. The batch's flag is spelt `canceled`. */
export type DeliveryStatus =
  | "Queued"
  | "Dispatched"
  | "Aborted"
  | "Cancelled"
  | "Rejected"
  | "Deleted"
  | "Delivered"
  | "Failed"
  | "Expired"
  | "Unknown";
