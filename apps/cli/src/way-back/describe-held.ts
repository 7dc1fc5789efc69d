import type { HeldEntry, Producer } from "@volley/producer";
import { hidden, UNSEEN } from "./describe-inbound.ts";
import { scopeInWords } from "./suppression-rows.ts";

/** Somebody who is held, in one line. Their number is hidden but for its end unless it is asked for. */
export function describeHeld({ number, scope, region, at, text, send_id }: HeldEntry, isShown: boolean): string {
  const sent = send_id === null ? "" : ` (answers ${send_id})`;
  const line = `${at} ${region} ${isShown ? number : hidden(number)} for ${scopeInWords(scope)}${sent}: “${text}”`;
  return line.replaceAll(UNSEEN, " ");
}

/** All who are held, those, too, of whom an import or somebody's forgetting has left no message. */
export async function countMaybe(list: Producer["suppressions"]["list"]): Promise<number> {
  let count = 0;
  for (let page = await list(); ; page = await list({ cursor: page.cursor })) {
    count += page.entries.filter(({ kind }) => kind === "maybe").length;
    if (page.cursor === null) return count;
  }
}
