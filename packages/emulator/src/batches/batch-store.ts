import { monotonicFactory } from "ulid";
import type { Batch } from "./batch.ts";
import type { CheckedBatch } from "./check-batch.ts";
import type { Fields } from "./fields.ts";
import { parseBatch } from "./parse-batch.ts";
import { recipientKey } from "./parse-recipient.ts";
import { personalText } from "./personal-text.ts";
import { RecipientCounts } from "./recipient-counts.ts";
import type { RecipientTotals } from "./recipient-counts.ts";

/** What accepting a batch needs besides the batch itself. */
export interface Acceptance {
  readonly plan: string;
  readonly rawRequest: string;
  readonly nowMs: number;
  /** How long `GET /batches` does not show the batch. */
  readonly listingDelayMs: number;
}

interface PlanBatches {
  readonly accepted: Batch[];
  readonly byId: Map<string, Batch>;
  readonly byReference: Map<string, Batch[]>;
}

/**
 * Every batch that was accepted, and how often each recipient was texted.
 *
 * A batch counts from the moment it is accepted, also one whose `send_at` is still to come; canceling that one in time
 * takes its counts back.
 */
export class BatchStore {
  #accepted: Batch[] = [];
  #plans = new Map<string, PlanBatches>();
  #counts = new RecipientCounts();
  /** The factory's own randomness asks the system 16 times per ID: 70 µs, measured. */
  #nextId = monotonicFactory(Math.random);

  accept(checked: CheckedBatch, acceptance: Acceptance): Batch {
    const batch = createBatch(this.#nextId(Math.floor(acceptance.nowMs)), checked, acceptance);
    this.#counts.add(textedKeys(checked.fields, checked.recipients.keys));
    this.#accepted.push(batch);
    const plan = this.#plan(batch.plan);
    plan.accepted.push(batch);
    plan.byId.set(batch.id, batch);
    if (batch.clientReference === undefined) return batch;
    const sameReference = plan.byReference.get(batch.clientReference);
    if (sameReference === undefined) plan.byReference.set(batch.clientReference, [batch]);
    else sameReference.push(batch);
    return batch;
  }

  /** Cancels, once or again. Only before `send_at` does that keep anybody from being texted. */
  cancel(batch: Batch, nowMs: number): void {
    if (batch.canceled) return;
    batch.canceled = true;
    batch.modifiedAtMs = nowMs;
    if (batch.sendAtMs === undefined || batch.sendAtMs <= nowMs) return;
    batch.isWithdrawn = true;
    const { fields, recipients } = parseBatch(batch);
    this.#counts.subtract(textedKeys(fields, recipients.keys));
  }

  get(plan: string, id: string): Batch | undefined {
    return this.#plans.get(plan)?.byId.get(id);
  }

  /** The plan's batches in the order they were accepted; only those with the reference if one is given. */
  inPlan(plan: string, clientReference?: string): readonly Batch[] {
    const batches = this.#plans.get(plan);
    if (batches === undefined) return [];
    return clientReference === undefined ? batches.accepted : (batches.byReference.get(clientReference) ?? []);
  }

  /** Every batch of every plan in the order they were accepted. */
  all(): readonly Batch[] {
    return this.#accepted;
  }

  /** @param number - a number with or without `+`, or a group ID */
  timesTexted(number: string): number {
    return this.#counts.times(recipientKey(number));
  }

  totals(): RecipientTotals {
    return this.#counts.totals();
  }

  clear(): void {
    this.#accepted = [];
    this.#plans.clear();
    this.#counts.clear();
  }

  #plan(name: string): PlanBatches {
    const known = this.#plans.get(name);
    if (known !== undefined) return known;
    const created: PlanBatches = { accepted: [], byId: new Map(), byReference: new Map() };
    this.#plans.set(name, created);
    return created;
  }
}

function createBatch(id: string, checked: CheckedBatch, acceptance: Acceptance): Batch {
  const { fields, recipients, window } = checked;
  const { from, client_reference: clientReference } = fields;
  return {
    id,
    plan: acceptance.plan,
    rawRequest: acceptance.rawRequest,
    from: typeof from === "string" ? from : undefined,
    clientReference: typeof clientReference === "string" ? clientReference : undefined,
    isVerbatim: recipients.isVerbatim,
    acceptedAtMs: acceptance.nowMs,
    listedAtMs: acceptance.nowMs + acceptance.listingDelayMs,
    sendAtMs: window.sendAtMs,
    expireAtMs: window.expireAtMs,
    modifiedAtMs: acceptance.nowMs,
    canceled: false,
    isWithdrawn: false,
  };
}

/** The recipients that the batch really texts: all, but for those who lack a parameter. */
function textedKeys(fields: Fields, keys: readonly (number | string)[]): readonly (number | string)[] {
  const text = personalText(fields);
  return keys.every((key) => text.reaches(key)) ? keys : keys.filter((key) => text.reaches(key));
}
