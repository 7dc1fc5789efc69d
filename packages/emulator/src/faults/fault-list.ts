import type { Call } from "../call.ts";
import { parseFault } from "./fault.ts";
import type { Fault, FaultAction } from "./fault.ts";
import { matches } from "./matches.ts";

/** A fault that was added, and how often it struck so far. */
export interface AddedFault {
  readonly id: string;
  readonly struck: number;
  readonly fault: Fault;
}

/** Actions that decide the answer; a request meets at most one of them. */
export type MainAction = Exclude<FaultAction, { kind: "latency" | "late_listing" }>;

/** What strikes one request. */
export interface Strikes {
  readonly latencyMs: number;
  readonly listingDelayMs: number;
  readonly main: MainAction | undefined;
}

interface Entry {
  readonly id: string;
  readonly fault: Fault;
  skipped: number;
  struck: number;
}

type Slot = "latency" | "late_listing" | "main";

const NO_STRIKES: Strikes = { latencyMs: 0, listingDelayMs: 0, main: undefined };

/**
 * The faults that are set, in the order they were added.
 *
 * One `latency`, one `late_listing` and one other fault can strike the same request. Of several that could, the first
 * strikes, and the next one waits for the next request: faults of one kind queue up.
 */
export class FaultList {
  readonly #random: () => number;
  #entries: Entry[] = [];
  #added = 0;

  /** @param random - 0 to below 1, for `probability` */
  constructor(random: () => number) {
    this.#random = random;
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
    this.#entries.push({ id, fault: parsed.fault, skipped: 0, struck: 0 });
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
    for (const entry of this.#entries) {
      const slot = slotOf(entry.fault.action);
      if (!actions.has(slot) && this.#strikes(entry, call)) actions.set(slot, entry.fault.action);
    }
    return toStrikes([...actions.values()]);
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
    entry.struck += 1;
    return true;
  }
}

function slotOf(action: FaultAction): Slot {
  return action.kind === "latency" || action.kind === "late_listing" ? action.kind : "main";
}

function toStrikes(actions: readonly FaultAction[]): Strikes {
  return actions.reduce<Strikes>((strikes, action) => {
    if (action.kind === "latency") return { ...strikes, latencyMs: action.ms };
    if (action.kind === "late_listing") return { ...strikes, listingDelayMs: action.ms };
    return { ...strikes, main: action };
  }, NO_STRIKES);
}
