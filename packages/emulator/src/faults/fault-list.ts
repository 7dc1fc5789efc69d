import type { Call } from "../calls/call.ts";
import type { ForcedOutcome } from "../values/outcome.ts";
import { parseFault } from "./fault.ts";
import type { Fault, FaultAction } from "./fault.ts";
import { matches } from "./matches.ts";
import { TokenBucket } from "./token-bucket.ts";
import { forcedOutcome } from "./force-outcome.ts";

/** A fault that was added, and how often it struck so far. */
export interface AddedFault {
  readonly id: string;
  readonly struck: number;
  readonly fault: Fault;
}

/** Actions that decide the answer; a request meets at most one of them. */
export type MainAction = Exclude<FaultAction, { kind: "latency" | "late_listing" | "outcome" | "throttle" }>;

/** What strikes one request. */
export interface Strikes {
  /** How long the request waits until anybody looks at it. */
  readonly waitMs: number;
  /** How long its answer waits. */
  readonly latencyMs: number;
  readonly listingDelayMs: number;
  readonly main: MainAction | undefined;
  readonly forced: readonly ForcedOutcome[];
}

interface Entry {
  readonly id: string;
  readonly fault: Fault;
  skipped: number;
  struck: number;
  /** Of a `throttle`: what it still lets through. */
  readonly bucket: TokenBucket | undefined;
}

type Slot = "latency" | "late_listing" | "main";

/** Sinch says no more than this to what comes too fast: no `Retry-After`. */
const THROTTLED: MainAction = { kind: "status", status: 429 };

const NO_STRIKES: Strikes = { waitMs: 0, latencyMs: 0, listingDelayMs: 0, main: undefined, forced: [] };

/**
 * The faults that are set, in the order they were added.
 *
 * One `latency`, one `late_listing` and one other fault can strike the same request. Of several that could, the first
 * strikes, and the next one waits for the next request: faults of one kind queue up. Only of `outcome` all that could
 * strike do, each its own recipients; where two name the same one, the first decides.
 */
export class FaultList {
  readonly #random: () => number;
  readonly #now: () => number;
  #entries: Entry[] = [];
  #added = 0;

  /**
   * @param random - 0 to below 1, for `probability`
   * @param now - milliseconds since 1970, for `throttle`
   */
  constructor(random: () => number, now: () => number = Date.now) {
    this.#random = random;
    this.#now = now;
  }

  /**
   * Adds a fault and returns its ID.
   *
   * @throws TypeError naming every field that is wrong
   */
  add(fault: Fault): string {
    const parsed = parseFault(fault);
    if (!parsed.isFault) throw new TypeError(`not a fault: ${parsed.problems.join("; ")}`);
    this.#added += 1;
    const id = `fault-${this.#added}`;
    const { action } = parsed.fault;
    const bucket =
      action.kind === "throttle" ? new TokenBucket(action.capacity, action.per_second, this.#now()) : undefined;
    this.#entries.push({ id, fault: parsed.fault, skipped: 0, struck: 0, bucket });
    return id;
  }

  /** Removes one fault; false when there is none with this ID. */
  remove(id: string): boolean {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
    return this.#entries.length < before;
  }

  clear(): void {
    this.#entries = [];
  }

  /** Every fault that was not removed, used up or not. */
  list(): AddedFault[] {
    return this.#entries.map(({ id, struck, fault }) => ({ id, struck, fault }));
  }

  /** Which faults strike this request; they count it. */
  strike(call: Call): Strikes {
    if (this.#entries.length === 0) return NO_STRIKES;
    const actions = new Map<Slot, FaultAction>();
    const forced: ForcedOutcome[] = [];
    for (const entry of this.#entries) {
      const { action } = entry.fault;
      if (action.kind === "outcome") {
        if (this.#strikes(entry, call)) forced.push(forcedOutcome(action));
        continue;
      }
      const slot = slotOf(action);
      if (!actions.has(slot) && this.#strikes(entry, call)) actions.set(slot, action);
    }
    return toStrikes([...actions.values()], forced);
  }

  #strikes(entry: Entry, call: Call): boolean {
    const { fault } = entry;
    const times = fault.times === undefined ? 1 : fault.times;
    if ((times !== null && entry.struck >= times) || !matches(fault, call)) return false;
    if (entry.skipped < (fault.skip ?? 0)) {
      entry.skipped += 1;
      return false;
    }
    if (fault.probability !== undefined && this.#random() >= fault.probability) return false;
    if (entry.bucket?.take(this.#now()) === true) return false;
    entry.struck += 1;
    return true;
  }
}

function slotOf(action: FaultAction): Slot {
  return action.kind === "latency" || action.kind === "late_listing" ? action.kind : "main";
}

function toStrikes(actions: readonly FaultAction[], forced: readonly ForcedOutcome[]): Strikes {
  return actions.reduce<Strikes>(
    (strikes, action) => {
      switch (action.kind) {
        case "latency":
          return action.before ? { ...strikes, waitMs: action.ms } : { ...strikes, latencyMs: action.ms };
        case "late_listing":
          return { ...strikes, listingDelayMs: action.ms };
        case "throttle":
          return { ...strikes, main: THROTTLED };
        case "outcome":
          return strikes;
        default:
          return { ...strikes, main: action };
      }
    },
    { ...NO_STRIKES, forced },
  );
}
