import { leavesQueueAtMs } from "../batches/batch.ts";
import type { Batch, BatchContent } from "../batches/batch.ts";
import type { BatchStore } from "../batches/batch-store.ts";
import { againAfterMs, type DeliveryRules, isEarly } from "../delivery/delivery-rules.ts";
import { fatesOf, lastEndMs } from "../delivery/fate.ts";
import type { DeliveryState, Fate } from "../delivery/fate.ts";
import { isFinal } from "../values/outcome.ts";
import { batchReport, recipientReport } from "../delivery/report-bodies.ts";
import type { CallbackSender } from "./callback-sender.ts";
import type { CallbackBook } from "./callback-settings.ts";

/** A clock of the test's own may jump: it is looked at this often. */
const LOOK_AGAIN_MS = 20;

const LONGEST_TIMER_MS = 2_147_483_647;
const NO_FILTER = { statuses: undefined, codes: undefined };

/** What the scheduler works with. */
export interface ReportSchedulerOptions {
  readonly store: BatchStore;
  readonly rules: DeliveryRules;
  readonly sender: CallbackSender;
  readonly callbacks: CallbackBook;
  readonly now: () => number;
  /** Whether `now` runs as the machine's own clock does. */
  readonly isRealClock: boolean;
}

/** A callback that is due at some time. */
interface DueReport {
  readonly atMs: number;
  readonly isEarly: boolean;
  readonly body: () => Readonly<Record<string, unknown>>;
}

/** One batch whose reports are waited for. It is void as soon as the batch has other content, or was withdrawn. */
interface Watch {
  readonly batch: Batch;
  readonly content: BatchContent;
  readonly isWithdrawn: boolean;
  /** Soonest first; undefined until the batch has left the queue. */
  due: DueReport[] | undefined;
  next: number;
}

/** Calls back when messages change their state. Batches that ask for no report never come here. */
export class ReportScheduler {
  readonly #options: ReportSchedulerOptions;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: ReportSchedulerOptions) {
    this.#options = options;
  }

  /**
   * Watches a batch that was accepted, changed or withdrawn. Nothing to do for one that wants no reports.
   *
   * @returns when the reports were told that come before the answer; undefined where there are none
   */
  watch(batch: Batch): Promise<unknown> | undefined {
    if (batch.content.reportType === "none") return undefined;
    return this.#look({ batch, content: batch.content, isWithdrawn: batch.isWithdrawn, due: undefined, next: 0 });
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #look(watch: Watch): Promise<unknown> | undefined {
    const { batch } = watch;
    if (watch.content !== batch.content || watch.isWithdrawn !== batch.isWithdrawn) return undefined;
    const { now, store, rules } = this.#options;
    const nowMs = now();
    const leavesAtMs = leavesQueueAtMs(batch.content);
    if (watch.due === undefined && (batch.isWithdrawn || nowMs >= leavesAtMs)) {
      store.settle(nowMs);
      watch.due = dueReports(batch, fatesOf(batch, rules), rules);
    }
    const early = watch.due === undefined ? [] : this.#send(watch, watch.due, nowMs);
    const nextMs = watch.due === undefined ? leavesAtMs : watch.due[watch.next]?.atMs;
    if (nextMs !== undefined) this.#lookAt(watch, nextMs - nowMs);
    return early.length > 0 ? Promise.all(early) : undefined;
  }

  /** Sends what is due. @returns the first tries of those that do not wait for their turn */
  #send(watch: Watch, due: readonly DueReport[], nowMs: number): Promise<void>[] {
    const { sender, callbacks } = this.#options;
    const { plan } = watch.batch;
    const url = watch.content.callbackUrl ?? callbacks.of(plan).reportUrl;
    const early: Promise<void>[] = [];
    let report = due[watch.next];
    while (report !== undefined && report.atMs <= nowMs) {
      if (url !== undefined && report.isEarly) early.push(sender.sendAtOnce(plan, url, report.body()));
      else if (url !== undefined) sender.send(plan, url, report.body());
      watch.next += 1;
      report = due[watch.next];
    }
    return early;
  }

  #lookAt(watch: Watch, waitMs: number): void {
    const longestMs = this.#options.isRealClock ? LONGEST_TIMER_MS : LOOK_AGAIN_MS;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        void this.#look(watch);
      },
      Math.min(Math.ceil(waitMs), longestMs),
    );
    this.#timers.add(timer);
  }
}

/** Every callback of a batch, soonest first. The first state, Queued, is none: it is no change (not published). */
function dueReports(batch: Batch, fates: readonly Fate[], rules: DeliveryRules): DueReport[] {
  const { reportType } = batch.content;
  if (reportType === "summary" || reportType === "full") {
    const atMs = lastEndMs(fates);
    if (atMs === undefined) return [];
    const options = { isFull: reportType === "full", filter: NO_FILTER };
    return [{ atMs, isEarly: false, body: () => batchReport(batch, fates, Infinity, options) }];
  }
  const isCalledBack = (state: DeliveryState): boolean =>
    isFinal(state.status) || (reportType === "per_recipient" && state.status !== "Queued");
  return fates
    .flatMap((fate) =>
      fate.states
        .filter((state) => isCalledBack(state))
        .flatMap((state) => {
          const body = (): Readonly<Record<string, unknown>> => recipientReport(batch, fate, state);
          const again = againAfterMs(rules, fate.number);
          const first = { atMs: state.atMs, isEarly: isEarly(rules, fate.number), body };
          return again === undefined ? [first] : [first, { atMs: state.atMs + again, isEarly: false, body }];
        }),
    )
    .toSorted((one, other) => one.atMs - other.atMs);
}
