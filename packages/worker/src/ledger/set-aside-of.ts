import type { RefusedRecipient, SetAside } from "@volley/contract";

/** Recipients that Volley itself has set aside, as a result names them. */
export function setAsideOf(refused: readonly SetAside[]): RefusedRecipient[] {
  return refused.map(({ index, recipient, reason = "invalid_msisdn" }) => ({ recipient, index, reason, by: "volley" }));
}
