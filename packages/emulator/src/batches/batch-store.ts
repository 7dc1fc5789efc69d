import { monotonicFactory } from "ulid";
import type { ForcedOutcome } from "../values/outcome.ts";
import type { GroupStore } from "../groups/group-store.ts";
import { leavesQueueAtMs } from "./batch.ts";
import type { Batch } from "./batch.ts";
import type { CheckedBatch } from "../check/check-batch.ts";
import type { Recipients } from "../check/check-recipients.ts";
import { readContent } from "./read-content.ts";
import type { ContentRules } from "./read-content.ts";
import { readRequest } from "./kept-request.ts";
import { recipientKey } from "../values/parse-recipient.ts";
import { personalText } from "../check/personal-text.ts";
import type { PersonalText } from "../check/personal-text.ts";
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
const NO_GROUPS: readonly string[] = [];

/**
 * Every batch that was accepted, and how often each recipient was texted.
 *
 * A batch counts from the moment it is accepted, also one whose `send_at` is still to come; canceling that one in time
 * takes its counts back. The numbers in its groups count from the moment it leaves the queue: only then is it known
 * who they are.
 */
export class BatchStore {
  readonly #rules: ContentRules;
  readonly #groups: GroupStore;
  #accepted: Batch[] = [];
  #plans = new Map<string, PlanBatches>();
  #counts = new RecipientCounts();
  /** Batches to groups that are still in the queue. */
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
      content: readContent(checked, { raw: rawRequest, text }, this.#rules),
      modifiedAtMs: nowMs,
      canceled: false,
      isWithdrawn: false,
      groups: NO_GROUPS,
      members: undefined,
      forced: forced.length === 0 ? NOBODY_FORCED : forced,
      feedback: undefined,
    };
    this.#count(batch, checked.recipients, text);
    this.#accepted.push(batch);
    this.#plan(plan).add(batch);
    this.settle(nowMs);
    return batch;
  }

  /** Puts other content in the place of a batch's. Only for one that is still in the queue. */
  change(batch: Batch, checked: CheckedBatch, nowMs: number): void {
    this.#uncount(batch);
    const before = batch.content.clientReference;
    const text = personalText(checked.fields);
    batch.content = readContent(checked, { raw: JSON.stringify(checked.fields), text }, this.#rules);
    batch.modifiedAtMs = nowMs;
    this.#plan(batch.plan).move(batch, before);
    this.#count(batch, checked.recipients, text);
    this.settle(nowMs);
  }

  /** Cancels, once or again. Only while it is in the queue does that keep anybody from being texted. */
  cancel(batch: Batch, nowMs: number): void {
    if (batch.canceled) return;
    batch.canceled = true;
    batch.modifiedAtMs = nowMs;
    if (leavesQueueAtMs(batch.content) <= nowMs) return;
    batch.isWithdrawn = true;
    this.#uncount(batch);
  }

  /** Decides who is in the groups of the batches that have left the queue by now. Before any group changes. */
  settle(nowMs: number): void {
    if (this.#unsettled.length === 0) return;
    const due = this.#unsettled.filter(({ content }) => leavesQueueAtMs(content) <= nowMs);
    if (due.length === 0) return;
    this.#unsettled = this.#unsettled.filter(({ content }) => leavesQueueAtMs(content) > nowMs);
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

  /** Counts the recipients that are named one by one: all, but for those who lack a parameter. */
  #count(batch: Batch, recipients: Recipients, text: PersonalText): void {
    batch.groups = this.#groupsOf(batch, recipients.groups);
    for (const id of batch.groups) this.#counts.noteGroup(id, 1);
    if (recipients.groups.length > 0) this.#unsettled.push(batch);
    this.#counts.add(countedKeys(batch, recipients, text));
  }

  /** Takes back what was counted, and exactly that: groups may have been deleted since. */
  #uncount(batch: Batch): void {
    const { fields, recipients } = readRequest(batch.content.request);
    for (const id of batch.groups) this.#counts.noteGroup(id, -1);
    if (recipients.groups.length > 0) this.#unsettled = this.#unsettled.filter((other) => other !== batch);
    this.#counts.subtract(countedKeys(batch, recipients, personalText(fields)));
  }

  /** The entries that are groups, not merely IDs that were let through; one that was a group of the batch stays one. */
  #groupsOf(batch: Batch, ids: readonly string[]): readonly string[] {
    if (ids.length === 0) return NO_GROUPS;
    const before = new Set(batch.groups);
    return ids.filter((id) => before.has(id) || this.#groups.has(batch.plan, id));
  }
}

function countedKeys({ groups }: Batch, { keys }: Recipients, text: PersonalText): Recipients["keys"] {
  const noted = new Set<number | string>(groups);
  const isCounted = (key: number | string): boolean => !noted.has(key) && text.reaches(key);
  return keys.every((key) => isCounted(key)) ? keys : keys.filter((key) => isCounted(key));
}
