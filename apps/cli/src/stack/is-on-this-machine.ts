import { lookup } from "node:dns/promises";
import { BlockList, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import type { RedisSettings } from "@volley/runtime";

/**
 * Whether every host of a Redis is this machine: loopback, or an address that one of its interfaces has. A name counts
 * when all of its addresses do, and one that cannot be looked up does not.
 */
export async function isOnThisMachine(settings: RedisSettings): Promise<boolean> {
  const own = ownAddresses();
  const answers = await Promise.all(hostsOf(settings).map(async (host) => isOwn(host, own)));
  return answers.every(Boolean);
}

function hostsOf(settings: RedisSettings): string[] {
  switch (settings.mode) {
    case "single":
      return [settings.host];
    case "cluster":
      return settings.nodes.map(({ host }) => host);
    case "sentinel":
      return settings.sentinels.map(({ host }) => host);
    default:
      return settings satisfies never;
  }
}

function ownAddresses(): BlockList {
  const own = new BlockList();
  own.addSubnet("127.0.0.0", 8, "ipv4");
  own.addAddress("::1", "ipv6");
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((entries) => entries ?? []))
    own.addAddress(address, family === "IPv6" ? "ipv6" : "ipv4");
  return own;
}

async function isOwn(host: string, own: BlockList): Promise<boolean> {
  // An address is its own answer.
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return (
    addresses.length > 0 && addresses.every(({ address }) => own.check(address, isIPv6(address) ? "ipv6" : "ipv4"))
  );
}
