import type { IncomingHttpHeaders } from "node:http";
import type { CallbackRegion } from "../settings/callback-settings.ts";
import { isOneOf } from "./is-one-of.ts";
import { type Signature, verifySignature } from "./verify-signature.ts";

/** A callback, as far as it says who sends it. */
export type Presented = {
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** The end of the path; `undefined` where it has none. */
  readonly token: string | undefined;
};

/** Why a callback is not taken; for people, in the log and the metrics. */
export const REFUSALS = ["nothing", "wrong_token", "wrong_password", "wrong_signature", "too_old"] as const;

/** Whether a callback comes from where it says, and what it was signed with. */
export type Authenticated =
  | { readonly isGood: true; readonly signature: Signature | null }
  | { readonly isGood: false; readonly reason: (typeof REFUSALS)[number] };

const BASIC = /^Basic ([A-Za-z0-9+/]+={0,2})$/i;

/**
 * Looks at everything by which a callback proves where it comes from: what it shows has to be right, whatever else it shows,
 * and it has to show one thing at least. A region that asks for nothing takes everything.
 */
export function authenticate(
  { signing, basic, tokens }: CallbackRegion,
  { headers, body, token }: Presented,
  { maxAgeS, now }: { readonly maxAgeS: number; readonly now: Date },
): Authenticated {
  let isShown = !signing && !basic && !tokens;
  if (token !== undefined) {
    if (!tokens || !isOneOf(token, tokens())) return { isGood: false, reason: "wrong_token" };
    isShown = true;
  }
  if (basic && headers.authorization !== undefined) {
    if (!isOneOf(passwordIn(headers.authorization), basic())) return { isGood: false, reason: "wrong_password" };
    isShown = true;
  }
  const signature = signing ? verifySignature(body, headers, { secrets: signing(), maxAgeS, now }) : null;
  if (signature === "wrong") return { isGood: false, reason: "wrong_signature" };
  if (signature === "too_old") return { isGood: false, reason: "too_old" };
  if (signature === null && !isShown) return { isGood: false, reason: "nothing" };
  return { isGood: true, signature };
}

/** @returns `user:password`; nothing where there is none */
function passwordIn(authorization: string): string {
  return Buffer.from(BASIC.exec(authorization)?.[1] ?? "", "base64").toString();
}
