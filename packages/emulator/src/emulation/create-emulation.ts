import { BatchStore } from "../batches/batch-store.ts";
import { CallbackSender } from "../callbacks/callback-sender.ts";
import { CallbackBook } from "../callbacks/callback-settings.ts";
import { ReportScheduler } from "../callbacks/report-scheduler.ts";
import type { DeliveryRules } from "../delivery/delivery-rules.ts";
import type { Emulation } from "./emulation.ts";
import type { EmulatorOptions } from "./emulator-options.ts";
import { FaultList } from "../faults/fault-list.ts";
import { GroupStore } from "../groups/group-store.ts";
import { InboundStore } from "../inbounds/inbound-store.ts";
import { RequestLog } from "../calls/request-log.ts";
import { Credentials } from "../tokens/credentials.ts";
import { TokenStore } from "../tokens/token-store.ts";

const KEPT_REQUESTS = 100_000;
const DEFAULT_TOKEN_SECONDS = 3_600;

/** Fast enough that a test may wait for a delivery: 20 to 100 ms. */
const DEFAULT_SPEED = 100;

const SEEDS = 1_000_000_000;

/** Whom messages without `from` come from where a test says no more than `defaultOriginator: true`. A made-up number. */
const PICKED_ORIGINATOR = "12015550100";

/** Builds all that one emulator knows and does, apart from its server. */
export function createEmulation(options: EmulatorOptions): Emulation {
  const { now = Date.now, random = Math.random, speed = DEFAULT_SPEED } = options;
  const groups = new GroupStore();
  const rules = deliveryRules(options, random, speed);
  const store = new BatchStore(groups, {
    keep: options.keep ?? "everything",
    dispatchDelayMs: options.dispatchMs ?? 0,
  });
  const tokens = new TokenStore(options.tokenSeconds ?? DEFAULT_TOKEN_SECONDS);
  const callbacks = new CallbackBook({
    reportUrl: options.reportUrl,
    inboundUrl: options.inboundUrl,
    secret: options.callbackSecret,
  });
  const sender = new CallbackSender({
    now,
    speed,
    secret: (plan) => callbacks.of(plan).secret,
    order: options.callbackOrder ?? "due",
  });
  const isRealClock = options.now === undefined;
  return {
    store,
    groups,
    inbounds: new InboundStore(),
    faults: new FaultList(random, now),
    log: new RequestLog(KEPT_REQUESTS),
    credentials: new Credentials({ plans: options.plans, projects: options.projects }, tokens),
    tokens,
    rules,
    reports: new ReportScheduler({ store, rules, sender, callbacks, now, isRealClock }),
    sender,
    callbacks,
    now,
    latencyMs: options.latencyMs ?? 0,
    hasDefaultOriginator: (options.defaultOriginator ?? false) !== false,
    acceptsAnyGroup: options.acceptAnyGroup ?? false,
    refusesLateCancel: options.refuseLateCancel ?? false,
  };
}

function deliveryRules(options: EmulatorOptions, random: () => number, speed: number): DeliveryRules {
  const { failShare = 0 } = options;
  let drawn = options.seed;
  return {
    speed,
    failShare,
    earlyShare: options.reportsEarly ?? 0,
    twiceShare: options.reportsTwice ?? 0,
    // Drawn late: a test that hands in its own random numbers for faults gets them all.
    seed: () => (drawn ??= Math.floor(random() * SEEDS)),
    originators: originatorsOf(options.defaultOriginator ?? false),
  };
}

/** Every number begins with nothing: the sender for all of them is the one of the empty beginning. */
function originatorsOf(
  defaultOriginator: NonNullable<EmulatorOptions["defaultOriginator"]>,
): DeliveryRules["originators"] {
  if (typeof defaultOriginator === "object") return new Map(Object.entries(defaultOriginator));
  return new Map(defaultOriginator ? [["", PICKED_ORIGINATOR]] : []);
}
