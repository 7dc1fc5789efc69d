import { BlockList, isIP } from "node:net";
import { isRegionName, kindOf } from "@volley/contract";
import { EVENT_TYPES } from "@volley/receipts";

/** Where events are to be delivered, and which. */
export type EndpointOptions = {
  /** `https`, or `http` within a private network. */
  readonly url: string;
  /** @default every type, those that a later version knows, too */
  readonly types?: readonly string[] | undefined;
  /** @default every region */
  readonly regions?: readonly string[] | undefined;
};

/** Options that were found good, or everything that is wrong with them. */
export type ReadEndpointOptions =
  | {
      readonly ok: true;
      readonly url: string;
      readonly types: readonly string[] | null;
      readonly regions: readonly string[] | null;
    }
  | { readonly ok: false; readonly problems: readonly string[] };

const LONGEST_URL = 2_000;

const MOST_ENTRIES = 50;

/** Names that stand for no host on the internet. */
const INNER_NAME = /^[^.]+$|\.(?:localhost|local|internal|svc)$/;

const INNER = new BlockList();
for (const [network, bits] of [
  ["10.0.0.0", 8],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  INNER.addSubnet(network, bits);
}
INNER.addAddress("::1", "ipv6");
INNER.addSubnet("fc00::", 7, "ipv6");

/** Looks at them; a problem names the field and never the value. */
export function readEndpointOptions({ url, types, regions }: EndpointOptions): ReadEndpointOptions {
  const problems: string[] = [];
  const read = readUrl(url);
  if (typeof read === "string") problems.push(`url: ${read}`);
  problems.push(
    ...listProblems("types", types, (type) => EVENT_TYPES.some((known) => known === type), EVENT_TYPES.join(", ")),
    ...listProblems("regions", regions, isRegionName, "names of regions"),
  );
  if (typeof read === "string" || problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    url: read.href,
    types: types ? [...new Set(types)] : null,
    regions: regions ? [...new Set(regions)] : null,
  };
}

/** @returns the URL, or what is wrong with it */
function readUrl(text: unknown): URL | string {
  const expected = `expected an https URL of at most ${LONGEST_URL} characters`;
  const got = `got ${kindOf(text, { isPrivate: true })}`;
  if (typeof text !== "string" || text.length > LONGEST_URL || !URL.canParse(text)) return `${expected}, ${got}`;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return `${expected} without a user and a password in it`;
  if (url.protocol === "https:") return url;
  if (url.protocol !== "http:") return `${expected}, or http within a private network, got another protocol`;
  return isInner(url.hostname) ? url : `${expected}, got http: that is taken within a private network alone`;
}

/** Whether a host is on this machine or in a private network, as far as its name tells. */
function isInner(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const version = isIP(host);
  return version === 0 ? INNER_NAME.test(host) : INNER.check(host, version === 6 ? "ipv6" : "ipv4");
}

function listProblems(field: string, values: unknown, isGood: (value: string) => boolean, expected: string): string[] {
  if (values === undefined) return [];
  if (!Array.isArray(values) || values.length === 0 || values.length > MOST_ENTRIES) {
    return [`${field}: expected a list of 1 to ${MOST_ENTRIES} entries, got ${kindOf(values, { isPrivate: true })}`];
  }
  return values.flatMap((value: unknown, index) =>
    typeof value === "string" && isGood(value)
      ? []
      : [`${field}[${index}]: expected ${expected}, got ${kindOf(value, { isPrivate: true })}`],
  );
}
