import { BlockList, isIP, isIPv6 } from "node:net";

/** Addresses, of which a proxy may have any. */
export type Networks = { readonly has: (address: string | undefined) => boolean };

/** @param written - addresses and networks, `10.0.0.0/8`. @throws Error for what is none */
export function readNetworks(written: readonly string[]): Networks {
  const list = new BlockList();
  for (const each of written) {
    const [address = "", bits] = each.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    list.addSubnet(address, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  }
  return {
    has: (address) => {
      if (address === undefined) return false;
      const plain = plainAddress(address);
      return isIP(plain) !== 0 && list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
    },
  };
}

/** One of IPv4 that came over IPv6, as it is; without the port that some proxies write behind it. */
function plainAddress(address: string): string {
  return address.replace(/^\[(.+)\](?::\d+)?$|^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1$2").replace(/^::ffff:(?=\d+\.)/i, "");
}

/**
 * Where a request comes from: what the last proxy says of whom it trusts, and who is connected where that is no proxy of ours.
 *
 * @param forwarded - `X-Forwarded-For`, to which each proxy adds whom it has it from
 */
export function clientAddress(connected: string, forwarded: string | undefined, proxies: Networks): string {
  if (!proxies.has(connected)) return plainAddress(connected);
  const hops = (forwarded ?? "").split(",").map((hop) => hop.trim());
  const client = hops.findLast((hop) => hop !== "" && !proxies.has(hop));
  const plain = plainAddress(client ?? connected);
  // What is no address says nothing of anybody, and would be another one each time.
  return isIP(plain) === 0 ? plainAddress(connected) : plain;
}
