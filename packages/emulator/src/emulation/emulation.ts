import type { BatchRules } from "../check/check-batch.ts";
import type { BatchStore } from "../batches/batch-store.ts";
import type { CallbackSender } from "../callbacks/callback-sender.ts";
import type { CallbackBook } from "../callbacks/callback-settings.ts";
import type { ReportScheduler } from "../callbacks/report-scheduler.ts";
import type { DeliveryRules } from "../delivery/delivery-rules.ts";
import type { FaultList } from "../faults/fault-list.ts";
import type { GroupStore } from "../groups/group-store.ts";
import type { InboundStore } from "../inbounds/inbound-store.ts";
import type { RequestLog } from "../calls/request-log.ts";
import type { Credentials } from "../tokens/credentials.ts";
import type { TokenStore } from "../tokens/token-store.ts";

/** Everything that one emulator knows and is set to. */
export interface Emulation {
  readonly store: BatchStore;
  readonly groups: GroupStore;
  readonly inbounds: InboundStore;
  readonly faults: FaultList;
  readonly log: RequestLog;
  readonly credentials: Credentials;
  readonly tokens: TokenStore;
  readonly rules: DeliveryRules;
  readonly reports: ReportScheduler;
  readonly sender: CallbackSender;
  readonly callbacks: CallbackBook;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Added to every answer. */
  readonly latencyMs: number;
  readonly hasDefaultOriginator: boolean;
  /** Whether `to` may name groups that do not exist. They are empty. */
  readonly acceptsAnyGroup: boolean;
  /** Whether canceling a batch that was dispatched is refused with `conflict_send_at`. */
  readonly refusesLateCancel: boolean;
}

/** What a batch of a plan is checked against now. */
export function batchRules(emulation: Emulation, plan: string, nowMs: number): BatchRules {
  const { groups, callbacks, hasDefaultOriginator, acceptsAnyGroup } = emulation;
  return {
    nowMs,
    hasDefaultOriginator,
    hasDefaultCallbackUrl: callbacks.of(plan).reportUrl !== undefined,
    knowsGroup: (id) => acceptsAnyGroup || groups.has(plan, id),
  };
}
