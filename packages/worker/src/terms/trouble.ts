import type { Failure } from "@volley/sinch";

/** What a failure says without its text, which may name a recipient. */
export type Failed = Pick<Failure, "kind" | "code" | "status" | "host" | "systemCode">;

/** What is wrong between a region and its provider. */
export type Trouble = Failed & {
  /** Where it went wrong, with the port where that is not the usual one: the provider's, its proxy's or its token host's. */
  readonly host: string;
};

/** Nobody has the host's name, or it shows a certificate that is not taken: no wait mends that, a person does. */
const UNREACHABLE: ReadonlySet<string> = new Set(["unknown_host", "wrong_certificate"]);

/** As long as these last, nobody knows whether there is such a host. */
const NAMELESS: ReadonlySet<string> = new Set(["unknown_host", "dns_failed"]);

/** @param providerHost - for what came from there, or did not */
export function troubleOf({ kind, code, status, host, systemCode }: Failed, providerHost: string): Trouble {
  return { kind, code, status, host: host ?? providerHost, systemCode };
}

/** Whether the provider cannot be reached with the region's set-up. Nothing was written then. */
export function isUnreachable({ kind, code }: Pick<Failed, "kind" | "code">): boolean {
  return kind === "unavailable" && UNREACHABLE.has(code);
}

/**
 * Whether what came later proves that the host is found, and trusted, after all.
 *
 * @param now - `null` for an answer
 */
export function isReachedAfter(before: Trouble, now: Trouble | null): boolean {
  if (!isUnreachable(before)) return false;
  if (now === null) return true;
  if (isUnreachable(now)) return false;
  const wasWritten = now.status !== undefined || now.kind === "unknown";
  return wasWritten || (before.code === "unknown_host" && !NAMELESS.has(now.code));
}

/** Why a process or a region can do nothing with its set-up. @param whose - `its set-up` */
export function refusalInWords(trouble: Trouble, whose: string): string {
  const what = isUnreachable(trouble) ? "cannot be reached with" : "refuses";
  return `the provider ${what} ${whose} (${troubleInWords(trouble)})`;
}

/** For people: `connect_failed at eu.sms.api.sinch.com: ECONNREFUSED`. */
export function troubleInWords({ code, host, systemCode }: Trouble): string {
  return `${code} at ${host}${systemCode === undefined ? "" : `: ${systemCode}`}`;
}
