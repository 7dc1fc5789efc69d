/** A function, and where it is. */
export type CallFrame = { readonly functionName: string; readonly url: string; readonly lineNumber: number };

/** What `node --cpu-prof` writes, as far as it is read here. */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  /** The node that was running at each sample. */
  readonly samples: readonly number[];
  /** Microseconds from one sample to the next; the first is from the start. */
  readonly timeDeltas: readonly number[];
  /** Microseconds of the machine's monotonic clock, as `process.hrtime` has it. */
  readonly startTime: number;
};

/** A share of the time that a process was busy. */
export type Share = { readonly name: string; readonly share: number; readonly ms: number };

/** Where the time of a process went. */
export type TimeSpent = {
  readonly busyMs: number;
  /** Self times. */
  readonly byPackage: readonly Share[];
  readonly byFunction: readonly Share[];
  /** Functions of Volley's own with everything that they call; what comes after an `await` is not theirs. */
  readonly withCallees: readonly Share[];
};

/** A part of a profile, in microseconds of the monotonic clock. */
export type ProfileWindow = { readonly fromUs: number; readonly toUs: number };

/** Nothing was done then. */
const IDLE = "(idle)";

const OURS = "volley ";

/**
 * Self times of a profile, of those samples that fall into a window: a process's start would be most of a short profile.
 *
 * A sample counts for the time until the next one.
 */
export function timeSpent(profile: CpuProfile, { fromUs, toUs }: ProfileWindow): TimeSpent {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const [byPackage, byFunction, withCallees] = [new Tally(), new Tally(), new Tally()];
  let at = profile.startTime;
  let busyUs = 0;
  profile.samples.forEach((node, index) => {
    at += profile.timeDeltas[index] ?? 0;
    const lastedUs = profile.timeDeltas[index + 1] ?? 0;
    const frame = frames.get(node);
    if (frame === undefined || frame.functionName === IDLE || at < fromUs || at > toUs) return;
    busyUs += lastedUs;
    byPackage.add(packageOf(frame.url, frame.functionName), lastedUs);
    byFunction.add(nameOf(frame), lastedUs);
    for (const name of ownCallers(node, frames, parents)) withCallees.add(name, lastedUs);
  });
  return {
    busyMs: busyUs / 1_000,
    byPackage: byPackage.shares(busyUs),
    byFunction: byFunction.shares(busyUs),
    withCallees: withCallees.shares(busyUs),
  };
}

/** Times by name. */
class Tally {
  readonly #times = new Map<string, number>();

  add(name: string, us: number): void {
    this.#times.set(name, (this.#times.get(name) ?? 0) + us);
  }

  /** The largest first. */
  shares(wholeUs: number): Share[] {
    return [...this.#times]
      .sort(([, one], [, other]) => other - one)
      .map(([name, us]) => ({ name, share: us / wholeUs, ms: us / 1_000 }));
  }
}

/** The functions of Volley's own on a sample's stack, each once. */
function ownCallers(
  node: number,
  frames: ReadonlyMap<number, CallFrame>,
  parents: ReadonlyMap<number, number>,
): Set<string> {
  const names = new Set<string>();
  for (let id: number | undefined = node; id !== undefined; id = parents.get(id)) {
    const frame = frames.get(id);
    if (frame !== undefined && packageOf(frame.url, frame.functionName).startsWith(OURS)) names.add(nameOf(frame));
  }
  return names;
}

/**
 * Whose code a frame is: the package's name, `node` for what is built in, and V8's own words for what is no code, such
 * as `(garbage collector)`.
 */
export function packageOf(url: string, functionName: string): string {
  if (url === "") return functionName.startsWith("(") ? functionName : "v8 and native";
  if (url.startsWith("node:")) return `node: ${/^node:(?:internal\/)?([\w-]+)/.exec(url)?.[1] ?? ""}`;
  const inModules = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (inModules !== undefined && !inModules.startsWith("@volley/")) return inModules;
  const ours = /\/((?:packages|apps)\/[^/]+)\//.exec(url)?.[1];
  return ours === undefined ? "other" : `${OURS}${ours}`;
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const file = url.split("/").at(-1) ?? "";
  const place = packageOf(url, functionName) + (file === "" ? "" : ` ${file}:${lineNumber + 1}`);
  return `${functionName || "(anonymous)"} · ${place}`;
}
