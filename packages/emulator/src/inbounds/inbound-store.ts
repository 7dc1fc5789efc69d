import { monotonicFactory } from "ulid";
import { formatInstant } from "../values/instant.ts";
import type { Inbound } from "./inbound.ts";

/** An inbound message and when it came. */
export interface ReceivedInbound {
  readonly atMs: number;
  readonly inbound: Inbound;
  /** When the callback with it was answered with 2xx; null while it was not. */
  takenAtMs: number | null;
}

/** The inbound messages of every plan. */
export class InboundStore {
  #plans = new Map<string, Map<string, ReceivedInbound>>();
  #nextId = monotonicFactory(Math.random);

  add(plan: string, message: Omit<Inbound, "id" | "received_at">, nowMs: number): Inbound {
    const id = this.#nextId(Math.floor(nowMs));
    const inbound: Inbound = { ...message, id, received_at: formatInstant(nowMs) };
    const received = this.#plans.get(plan) ?? new Map<string, ReceivedInbound>();
    this.#plans.set(plan, received.set(id, { atMs: nowMs, inbound, takenAtMs: null }));
    return inbound;
  }

  taken(plan: string, id: string, nowMs: number): void {
    const received = this.#plans.get(plan)?.get(id);
    if (received !== undefined) received.takenAtMs = nowMs;
  }

  get(plan: string, id: string): Inbound | undefined {
    return this.#plans.get(plan)?.get(id)?.inbound;
  }

  /** Newest first. */
  list(plan: string): ReceivedInbound[] {
    return [...(this.#plans.get(plan)?.values() ?? [])].toReversed();
  }

  /** Of every plan, the oldest of each first. */
  all(): (ReceivedInbound & { readonly plan: string })[] {
    return [...this.#plans].flatMap(([plan, received]) => [...received.values()].map((each) => ({ plan, ...each })));
  }

  clear(): void {
    this.#plans.clear();
  }
}
