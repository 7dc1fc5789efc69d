import type { ListedAs } from "../claim/listed.ts";
import type { Duplicates, DuplicatesFound, DuplicatesOption } from "../duplicates/duplicates.ts";
import type { FilterPool } from "../recipients/filter-pool.ts";
import type { QueueAccess, SendAddress, Stores } from "../redis/queue-access.ts";
import type { RedisBudget } from "../redis/redis-budget.ts";
import type { EnqueueWarning } from "../region/send-warnings.ts";
import type { ServedRegions } from "../region/served-regions.ts";
import type { ProgressReport } from "../staging/take-list.ts";
import type { ListCounts } from "../terms/list-counts.ts";
import type { RememberSettings } from "../terms/remember-settings.ts";

/** What a send is put on the queue with. */
export type EnqueueOptions = {
  /** The region's name. There is no default: a service plan lives in one region. */
  readonly region: string;
  /**
   * Yours, at most 512 characters: in one region the same key never sends twice. Make it from what the message is about.
   * In another region, or with `auto`, the same key is another send.
   */
  readonly idempotencyKey: string;
  /** Called while a long list or a stream is staged: at most every 100 ms, and at its end. What it throws ends it. */
  readonly onProgress?: ProgressReport | undefined;
  /**
   * Ends the staging of a long list or a stream; a send that is already being added is not taken back. One that is aborted
   * when the call begins enqueues nothing.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Looks for recipients who got the same text a while ago from another send, or were enqueued for it: the same sender,
   * the same words with the values that are theirs, whenever and in whichever region. Only sends with this option are
   * remembered, their numbers too, for 24 hours or as long as the option looks back. @default nobody is looked for
   */
  readonly duplicates?: DuplicatesOption | undefined;
};

/** A send that is on the queue. */
export type Enqueued = {
  /** The send's ID, which is its job's ID. */
  readonly id: string;
  readonly region: string;
  /** Whether an earlier call with the same key and content had enqueued it. */
  readonly alreadyEnqueued: boolean;
  readonly recipients: ListCounts;
  /**
   * What somebody should know about it: `VOLLEY_ENDS_AFTER_EXPIRY` when it will not be done in time, `VOLLEY_NO_WORKER` when
   * no worker has ever worked on its region.
   */
  readonly warnings: readonly EnqueueWarning[];
  /** With the option `duplicates`, who was found, if anybody: left out, and counted as duplicate, or sent to again. */
  readonly duplicates?: DuplicatesFound;
};

/** Where a send goes, by which ID, and whether somebody who got the same text gets it again. */
export type Target = SendAddress & {
  /** `null` where nobody wants to know. */
  readonly duplicates: Duplicates | null;
};

/** What came of enqueueing a send: all of {@link Enqueued} that is not known beforehand. */
export type Outcome = Pick<Enqueued, "alreadyEnqueued" | "recipients" | "duplicates">;

/** What enqueueing depends on beside the send. */
export type EnqueueContext = QueueAccess &
  RememberSettings & {
    readonly stageTtlMs: number;
    readonly budget: RedisBudget;
    readonly filters: FilterPool;
    readonly served: ServedRegions;
    readonly now: () => Date;
  } & ListedAs;

/** What sends of several regions depend on. */
export type RoutedContext = EnqueueContext & Stores<EnqueueContext>;
