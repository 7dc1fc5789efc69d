import { normaliseRecipient } from "@volley/contract";
import { type Emulator, startEmulator } from "@volley/emulator";

/** The regions that Sinch publishes, each with a host of its own: so it is seen where somebody was texted from. */
export type RegionalHosts = {
  readonly of: (region: string) => Emulator;
  /** What makes a worker use them. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often a number was texted, from wherever. */
  readonly timesTexted: (number: string) => number;
  /** The texts to a number, from wherever. */
  readonly textsTo: (number: string) => string[];
  /** Those of some numbers who were not texted exactly once, from that region and from no other. */
  readonly notTextedOnceFrom: (region: string, numbers: readonly string[]) => string[];
  readonly close: () => Promise<void>;
};

/** A region that has a host. */
export type RegionName = (typeof REGIONS)[number];

/** Their names. */
export const REGIONS = ["us", "eu", "au", "br", "ca"] as const;

/** What numbers of a region begin with, as people there write them. */
const WRITINGS: Readonly<Record<RegionName, string>> = {
  us: "+1 (999) ",
  eu: "+46 99-",
  au: "0061 49 ",
  br: "5599",
  ca: "+1 204 ",
};

/** Starts a host per region; whoever does closes them. */
export async function startRegionalHosts(): Promise<RegionalHosts> {
  const started = REGIONS.map(async (region) => {
    return [region, await startEmulator({ plans: { [`${region}-plan`]: `${region}-token` } })] as const;
  });
  const hosts: ReadonlyMap<string, Emulator> = new Map(await Promise.all(started));
  const all = [...hosts.values()];
  const hostOf = (region: string): Emulator => {
    const host = hosts.get(region);
    if (!host) throw new Error(`there is no host of ${region}`);
    return host;
  };
  const timesTexted = (number: string): number =>
    all.reduce((sum, host) => sum + host.timesTexted(digitsOf(number)), 0);
  return {
    of: hostOf,
    environment: Object.fromEntries(
      [...hosts].map(([region, { url }]) => [`VOLLEY_${region.toUpperCase()}_BASE_URL`, url]),
    ),
    timesTexted,
    textsTo: (number) => all.flatMap((host) => host.textsTo(digitsOf(number))),
    notTextedOnceFrom: (region, numbers) => {
      const host = hostOf(region);
      return numbers.filter((number) => host.timesTexted(digitsOf(number)) !== 1 || timesTexted(number) !== 1);
    },
    close: async () => void (await Promise.all(all.map(async (host) => host.close()))),
  };
}

/** Numbers of some regions, as they are written there, each once. @param first - so that two sends have nobody in common */
export function numbersOf(counts: Partial<Record<RegionName, number>>, first: number): Map<RegionName, string[]> {
  return new Map(
    REGIONS.flatMap((region) => {
      const { [region]: count = 0 } = counts;
      const list = Array.from({ length: count }, (_, index) => {
        return `${WRITINGS[region]}9${String(first + index).padStart(6, "0")}`;
      });
      return count > 0 ? [[region, list] as const] : [];
    }),
  );
}

/** A number as it goes over the wire. */
export function digitsOf(number: string): string {
  return normaliseRecipient(number) ?? "";
}
