import { monotonicFactory } from "ulid";
import { formatInstant } from "../values/instant.ts";
import type { Inbound } from "./inbound.ts";

/** An inbound message and when it came. */
export interface ReceivedInbound {
  readonly atMs: number;
  readonly inbound: Inbound;
}

/** The inbound messages of every plan. */
export class InboundStore {
  #plans = new Map<string, Map<string, ReceivedInbound>>();
  #nextId = monotonicFactory(Math.random);

  add(plan: string, message: Omit<Inbound, "id" | "received_at">, nowMs: number): Inbound {
    const id = this.#nextId(Math.floor(nowMs));
    const inbound: Inbound = { ...message, id, received_at: formatInstant(nowMs) };
    const received = this.#plans.get(plan) ?? new Map<string, ReceivedInbound>();
    this.#plans.set(plan, received.set(id, { atMs: nowMs, inbound }));
    return inbound;
  }

  get(plan: string, id: string): Inbound | undefined {
    return this.#plans.get(plan)?.get(id)?.inbound;
  }

  /** Newest first. */
  list(plan: string): ReceivedInbound[] {
    return [...(this.#plans.get(plan)?.values() ?? [])].toReversed();
  }

  clear(): void {
    this.#plans.clear();
  }
}
