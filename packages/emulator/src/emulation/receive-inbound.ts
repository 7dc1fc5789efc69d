import { parseMsisdn } from "../values/parse-recipient.ts";
import type { Emulation } from "./emulation.ts";
import { parseInbound } from "../inbounds/inbound.ts";
import type { Inbound } from "../inbounds/inbound.ts";

/** The message as it was received, or every reason why it was not. */
export type Reception =
  | { readonly isReceived: true; readonly inbound: Inbound }
  | { readonly isReceived: false; readonly problems: readonly string[] };

/** Lets a phone text one of the plan's numbers, if the value says so: the one way in, for tests and over HTTP. */
export function receiveInbound(emulation: Emulation, value: unknown): Reception {
  const parsed = parseInbound(value, emulation.credentials.names());
  if (!parsed.isInbound) return { isReceived: false, problems: parsed.problems };
  const { plan } = parsed;
  const nowMs = emulation.now();
  const inbound = emulation.inbounds.add(plan, parsed.inbound, nowMs);
  emulation.store.settle(nowMs);
  const text = typeof inbound.body === "string" && inbound.type === "mo_text" ? inbound.body : "";
  const from = parseMsisdn(inbound.from);
  // A sender that is no number can be in no group.
  if (from !== 0) emulation.groups.receive({ plan, from, to: inbound.to, text }, nowMs);
  const { inboundUrl } = emulation.callbacks.of(plan);
  const taken = (): void => emulation.inbounds.taken(plan, inbound.id, emulation.now());
  if (inboundUrl !== undefined) emulation.sender.send(plan, inboundUrl, { ...inbound }, taken);
  return { isReceived: true, inbound };
}
