import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { createSecureContext, rootCertificates } from "node:tls";
import { HttpProxyAgent, HttpsProxyAgent } from "hpagent";
import { createFindProxy, type ProxyOptions } from "./proxy.ts";
import type { Timeliness } from "./timeliness.ts";
import { handOverStanding } from "./tunnel.ts";

/** The agents for one way to a host. */
type Agents = { readonly http: HttpAgent; readonly https: HttpsAgent };

/** A way to a host through a proxy. */
export type Tunnel = { readonly agents: Agents; readonly proxyHost: string };

/** Keeps connections, direct ones and tunnels. */
export type Connections = {
  readonly direct: Agents;
  /** The tunnel to an address, whose agents hand a connection over only when it stands; `null`: it is reached directly. */
  readonly tunnel: (url: string) => Tunnel | null;
  readonly close: () => void;
};

/** Whom to trust and which way to go. */
export type ConnectionSettings = {
  /** PEM of certificate authorities that are trusted besides the public ones. */
  readonly ca?: string;
  /** @default no proxy */
  readonly proxy?: ProxyOptions;
};

/**
 * Keeps connections alive, per way. Over a proxy both schemes are tunnelled (CONNECT), so that a refusal of the proxy is
 * never taken for an answer of the provider.
 *
 * @throws TypeError for a proxy or for authorities that cannot be read
 */
export function createConnections(
  { ca, proxy = {} }: ConnectionSettings,
  timeliness: Timeliness,
  connectMs: number,
): Connections {
  const trusted = ca === undefined ? null : [...rootCertificates, readAuthorities(ca)];
  // Made once: Node would read all authorities anew for each connection.
  const secure = trusted ? { secureContext: createSecureContext({ ca: trusted }) } : {};
  const direct = {
    http: timeliness.watch(new HttpAgent({ keepAlive: true })),
    https: timeliness.watch(new HttpsAgent({ keepAlive: true, ...secure })),
  };
  const findProxy = createFindProxy(proxy);
  const tunnels = new Map<string, Agents>();
  const stand = <A extends HttpAgent>(agent: A): A => timeliness.watch(handOverStanding(agent, timeliness, connectMs));
  const dig = (through: URL): Agents => {
    const options = { keepAlive: true, proxy: through, proxyRequestOptions: trusted ? { ca: trusted } : {} };
    const https = stand(new HttpsProxyAgent({ ...options, ...secure }));
    return { http: stand(new HttpProxyAgent(options)), https };
  };
  const isDirect = !proxy.http && !proxy.https;
  return {
    direct,
    tunnel: (url) => {
      const through = isDirect ? null : findProxy(new URL(url));
      if (through === null) return null;
      const agents = tunnels.get(through.href) ?? dig(through);
      tunnels.set(through.href, agents);
      return { agents, proxyHost: through.host };
    },
    close: () => {
      for (const { http, https } of [direct, ...tunnels.values()]) {
        http.destroy();
        https.destroy();
      }
    },
  };
}

function readAuthorities(ca: string): string {
  if (ca.includes("-----BEGIN CERTIFICATE-----")) return ca;
  throw new TypeError("ca: expected certificates in PEM, got something else");
}
