import type { HeldEntry } from "@volley/producer";
import { hidden, UNSEEN } from "./describe-inbound.ts";
import { scopeInWords } from "./suppression-rows.ts";

/** Somebody who is held, in one line. Their number is hidden but for its end unless it is asked for. */
export function describeHeld({ number, scope, region, at, text, send_id }: HeldEntry, isShown: boolean): string {
  const sent = send_id === null ? "" : ` (answers ${send_id})`;
  const line = `${at} ${region} ${isShown ? number : hidden(number)} for ${scopeInWords(scope)}${sent}: “${text}”`;
  return line.replaceAll(UNSEEN, " ");
}
