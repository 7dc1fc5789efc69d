import { monotonicFactory } from "ulid";
import type { ForcedOutcome } from "../delivery/outcome.ts";
import type { GroupStore } from "../groups/group-store.ts";
import type { Batch } from "./batch.ts";
import type { CheckedBatch } from "./check-batch.ts";
import type { Recipients } from "./check-recipients.ts";
import { readContent } from "./read-content.ts";
import type { ContentRules } from "./read-content.ts";
import { readRequest } from "./kept-request.ts";
import { recipientKey } from "./parse-recipient.ts";
import { personalText } from "./personal-text.ts";
import type { PersonalText } from "./personal-text.ts";
import { PlanBatches } from "./plan-batches.ts";
import { RecipientCounts } from "./recipient-counts.ts";
import type { RecipientTotals } from "./recipient-counts.ts";

/** What accepting a batch needs besides the batch itself. */
export interface Acceptance {
  readonly plan: string;
  readonly rawRequest: string;
  readonly nowMs: number;
  /** How long `GET /batches` does not show the batch. */
  readonly listingDelayMs: number;
  readonly forced: readonly ForcedOutcome[];
}

const NOBODY_FORCED: readonly ForcedOutcome[] = [];

/**
 * Every batch that was accepted, and how often each recipient was texted.
 *
 * A batch counts from the moment it is accepted, also one whose `send_at` is still to come; canceling that one in time
 * takes its counts back. The numbers in its groups count from the moment it is dispatched: only then is it known who
 * they are.
 */
export class BatchStore {
  readonly #rules: ContentRules;
  readonly #groups: GroupStore;
  #accepted: Batch[] = [];
  #plans = new Map<string, PlanBatches>();
  #counts = new RecipientCounts();
  /** Batches to groups that are not dispatched yet. */
  #unsettled: Batch[] = [];
  /** The factory's own randomness asks the system 16 times per ID: 70 µs, measured. */
  #nextId = monotonicFactory(Math.random);

  constructor(groups: GroupStore, rules: ContentRules) {
    this.#groups = groups;
    this.#rules = rules;
  }

  accept(checked: CheckedBatch, { plan, rawRequest, nowMs, listingDelayMs, forced }: Acceptance): Batch {
    const text = personalText(checked.fields);
    const batch: Batch = {
      id: this.#nextId(Math.floor(nowMs)),
      plan,
      acceptedAtMs: nowMs,
      listedAtMs: nowMs + listingDelayMs,
      content: readContent(checked, { raw: rawRequest, text, nowMs }, this.#rules),
      modifiedAtMs: nowMs,
      canceled: false,
      isWithdrawn: false,
      members: undefined,
      forced: forced.length === 0 ? NOBODY_FORCED : forced,
      feedback: undefined,
    };
    this.#count(batch, checked.recipients, text, 1);
    this.#accepted.push(batch);
    this.#plan(plan).add(batch);
    this.settle(nowMs);
    return batch;
  }

  /** Puts other content in the place of a batch's. Only for one that is not dispatched. */
  change(batch: Batch, checked: CheckedBatch, nowMs: number): void {
    this.#uncount(batch);
    const before = batch.content.clientReference;
    const text = personalText(checked.fields);
    batch.content = readContent(checked, { raw: JSON.stringify(checked.fields), text, nowMs }, this.#rules);
    batch.modifiedAtMs = nowMs;
    this.#plan(batch.plan).move(batch, before);
    this.#count(batch, checked.recipients, text, 1);
    this.settle(nowMs);
  }

  /** Cancels, once or again. Only before it is dispatched does that keep anybody from being texted. */
  cancel(batch: Batch, nowMs: number): void {
    if (batch.canceled) return;
    batch.canceled = true;
    batch.modifiedAtMs = nowMs;
    if (batch.content.dispatchAtMs <= nowMs) return;
    batch.isWithdrawn = true;
    this.#uncount(batch);
  }

  /** Decides who is in the groups of the batches that are dispatched by now. Before any group changes. */
  settle(nowMs: number): void {
    if (this.#unsettled.length === 0) return;
    const due = this.#unsettled.filter((batch) => !batch.isWithdrawn && batch.content.dispatchAtMs <= nowMs);
    this.#unsettled = this.#unsettled.filter((batch) => !batch.isWithdrawn && batch.content.dispatchAtMs > nowMs);
    for (const batch of due) {
      const { fields, recipients } = readRequest(batch.content.request);
      batch.members = recipients.groups.flatMap((id) => [...this.#groups.members(batch.plan, id)]);
      const text = personalText(fields);
      this.#counts.add(batch.members.filter((key) => text.reaches(key)));
    }
  }

  get(plan: string, id: string): Batch | undefined {
    return this.#plans.get(plan)?.byId.get(id);
  }

  /** The plan's batches in the order they were accepted; only those with the reference if one is given. */
  inPlan(plan: string, clientReference?: string): readonly Batch[] {
    return this.#plans.get(plan)?.list(clientReference) ?? [];
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
    this.#unsettled = [];
    this.#plans.clear();
    this.#counts.clear();
  }

  #plan(name: string): PlanBatches {
    const known = this.#plans.get(name);
    if (known !== undefined) return known;
    const created = new PlanBatches();
    this.#plans.set(name, created);
    return created;
  }

  #uncount(batch: Batch): void {
    const { fields, recipients } = readRequest(batch.content.request);
    this.#count(batch, recipients, personalText(fields), -1);
  }

  /** Counts the recipients that are named one by one: all, but for those who lack a parameter. */
  #count(batch: Batch, { keys, groups }: Recipients, text: PersonalText, by: 1 | -1): void {
    let counted = keys;
    if (groups.length > 0) {
      const known = new Set<number | string>(groups.filter((id) => this.#groups.has(batch.plan, id)));
      for (const id of groups) if (known.has(id)) this.#counts.noteGroup(id, by);
      counted = keys.filter((key) => !known.has(key));
      this.#unsettled = this.#unsettled.filter((other) => other !== batch);
      if (by === 1) this.#unsettled.push(batch);
    }
    if (!counted.every((key) => text.reaches(key))) counted = counted.filter((key) => text.reaches(key));
    if (by === 1) this.#counts.add(counted);
    else this.#counts.subtract(counted);
  }
}
