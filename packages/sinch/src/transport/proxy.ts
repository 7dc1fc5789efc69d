import { BlockList, isIP } from "node:net";

/** Proxies in the form of the usual environment variables, which the app reads: a package does not. */
export type ProxyOptions = {
  /** `HTTPS_PROXY`: for `https:` addresses. `http://[name:password@]host[:port]`, or `https://` to reach the proxy over TLS. */
  readonly https?: string;
  /** `HTTP_PROXY`: for `http:` addresses. */
  readonly http?: string;
  /** `NO_PROXY`: hosts, domains, addresses and ranges (`10.0.0.0/8`), comma separated, that are reached directly; `*` for all. */
  readonly no?: string;
};

/** Gives the proxy of an address, `null` where there is none. */
export type FindProxy = (url: URL) => URL | null;

/**
 * Decides which proxy an address is reached over. A domain stands for its subdomains too, as in curl and Go. This
 * machine is never reached over a proxy: a proxy's own loopback is another one.
 *
 * @throws TypeError for a proxy that is no `http:` or `https:` URL; without naming it, for it may hold a password
 */
export function createFindProxy({ https, http, no = "" }: ProxyOptions): FindProxy {
  const proxies = new Map([
    ["https:", readProxy("https", https)],
    ["http:", readProxy("http", http)],
  ]);
  const entries = ["localhost", "127.0.0.0/8", "::1", ...no.toLowerCase().split(/[\s,]+/)].filter(
    (entry) => entry !== "",
  );
  return (url) => {
    const proxy = proxies.get(url.protocol) ?? null;
    return proxy === null || entries.some((entry) => covers(entry, url)) ? null : proxy;
  };
}

function readProxy(name: keyof ProxyOptions, value: string | undefined): URL | null {
  if (value === undefined || value.trim() === "") return null;
  // As curl reads it: a bare host is one.
  const text = value.includes("://") ? value.trim() : `http://${value.trim()}`;
  if (!URL.canParse(text)) throw refusal(name);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refusal(name);
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    throw refusal(name);
  }
  return url;
}

function refusal(name: string): TypeError {
  return new TypeError(`proxy.${name}: expected an http or https URL, got something else`);
}

function covers(entry: string, { hostname, port, protocol }: URL): boolean {
  if (entry === "*") return true;
  const host = hostname.replace(/^\[|\]$/g, "");
  if (entry.includes("/")) return isInRange(host, entry);
  if (isIP(entry) !== 0) return entry === host;
  const [, name = "", entryPort] = /^(?:\*?\.)?\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  if (entryPort !== undefined && entryPort !== (port || (protocol === "https:" ? "443" : "80"))) return false;
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
}

function isInRange(host: string, range: string): boolean {
  const [network = "", bits = ""] = range.split("/");
  const version = isIP(network);
  if (version === 0 || isIP(host) !== version || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, family);
}
