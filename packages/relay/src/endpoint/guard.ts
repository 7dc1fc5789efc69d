import { lookup, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { isIn, readNetworks } from "./networks.ts";

/** A request that must not be made, for the reason that it says. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** Decides whether an endpoint's addresses are an operator's own. Those that are private and nobody's own the agent refuses. */
export type Guard = {
  /** Why no request may be made at all, as the URL tells already. */
  readonly refusal: RefusedError | null;
  /** What the agent is to let through, although it is private. */
  readonly allowed: string[];
  readonly lookup: LookupFunction;
};

/**
 * Networks are compared here, and the agent is given single addresses: it would warn on the console wherever a network of its list
 * and an address are of different versions of IP.
 */
export function createGuard({ protocol, hostname }: URL, networks: readonly string[]): Guard {
  const ours = readNetworks(networks) ?? new BlockList();
  const allowed: string[] = [];
  const admit = (own: readonly string[]): RefusedError | null => {
    allowed.splice(0, allowed.length, ...own);
    if (protocol === "https:" || own.length > 0) return null;
    return new RefusedError("http goes to networks of VOLLEY_EVENTS_ALLOW_NETWORKS alone, and its address is in none");
  };
  const look = oneAtATime();
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return {
    refusal: isIP(host) === 0 ? null : admit(isIn(ours, host) ? [host] : []),
    allowed,
    lookup: (name, { all }, done) => {
      look(name, (failure, addresses) => {
        const own = addresses.filter(({ address }) => isIn(ours, address));
        const error = failure ?? admit(own.map(({ address }) => address));
        // A name such as localhost has several: where some are an operator's own, the others are not tried.
        const found = own.length > 0 ? own : addresses;
        if (error) done(error, "");
        else if (all === true) done(null, found);
        else done(null, found[0]?.address ?? "", found[0]?.family);
      });
    },
  };
}

type Found = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** Looking up takes one of a few threads, which a slow server of names must not fill: whoever asks meanwhile gets the same answer. */
function oneAtATime(): (name: string, found: Found) => void {
  let waiting: Found[] = [];
  return (name, found) => {
    waiting.push(found);
    if (waiting.length > 1) return;
    lookup(name, { all: true }, (error, addresses) => {
      const told = waiting;
      waiting = [];
      // There are none beside an error, whatever its type says.
      for (const each of told) each(error, error ? [] : addresses);
    });
  };
}
