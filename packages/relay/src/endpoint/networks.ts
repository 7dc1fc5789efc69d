import { BlockList, isIP } from "node:net";

/**
 * Reads networks such as `10.0.0.0/8`, or single addresses.
 *
 * @returns `null` when one of them is none
 */
export function readNetworks(texts: readonly string[]): BlockList | null {
  const networks = new BlockList();
  for (const text of texts) {
    const { address = "", bits } = /^(?<address>[\da-f.:]+)(?:\/(?<bits>\d{1,3}))?$/i.exec(text)?.groups ?? {};
    const version = isIP(address);
    const length = version === 6 ? 128 : 32;
    if (version === 0 || Number(bits ?? length) > length) return null;
    networks.addSubnet(address, Number(bits ?? length), version === 6 ? "ipv6" : "ipv4");
  }
  return networks;
}

/** Whether an address is in one of them. */
export function isIn(networks: BlockList, address: string): boolean {
  return networks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
