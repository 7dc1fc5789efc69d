import type { DELIVERY_REPORTS } from "@volley/contract";
import type { ListWatch, ReplyPermits } from "@volley/opt-outs";
import type { SinchClient } from "@volley/sinch";
import type { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import type { Cancellations } from "./canceled-sends.ts";
import type { JobScripts } from "../redis/job-scripts.ts";
import type { LimitsWatch } from "../pace/limits-watch.ts";
import type { Log } from "../terms/log.ts";
import type { Observer } from "../terms/observer.ts";
import type { Pacer } from "../pace/pacer.ts";
import type { OwnPulling } from "../terms/own-pulling.ts";
import type { RegionGuard } from "./region-guard.ts";
import type { Crew } from "../redis/crew.ts";
import type { RedisMemory } from "../redis/redis-memory.ts";
import type { RedisWrites } from "../redis/redis-writes.ts";
import type { RegionPeers } from "./region-peers.ts";
import type { ResultsKept } from "./results-kept.ts";
import type { Room } from "./room.ts";
import type { Settings } from "../terms/settings.ts";
import type { StandAside } from "./stand-aside.ts";

/** A batch that the provider has accepted, as far as its delivery goes. */
export type AcceptedBatch = {
  readonly region: string;
  readonly batchId: string;
  readonly reference: string;
  readonly report: (typeof DELIVERY_REPORTS)[number];
  /** Whether the send did not say what to report. */
  readonly isDefault: boolean;
  /** When the provider sends it, and when it stops trying. */
  readonly sentAt: Date;
  readonly expireAt: Date;
};

/** What every step of a job needs to know about its region and its process. */
export type RegionContext = {
  readonly region: string;
  readonly client: SinchClient;
  readonly queue: Queue;
  /** BullMQ's, under which everything of a region stands. */
  readonly prefix: string;
  readonly redis: Redis | Cluster;
  readonly scripts: JobScripts;
  readonly guard: RegionGuard;
  readonly peers: RegionPeers;
  readonly pulling: OwnPulling;
  readonly aside: StandAside;
  readonly writes: RedisWrites;
  readonly limits: LimitsWatch;
  readonly pacer: Pacer;
  readonly memory: RedisMemory;
  readonly room: Room;
  readonly crew: Crew;
  readonly cancellations: Cancellations;
  /** Who must not be texted, as far as this process knows. */
  readonly suppressions: ListWatch;
  /** Which replies go to them all the same. */
  readonly permits: Pick<ReplyPermits, "passes">;
  /** That list cannot be read: the region waits for so long, and says why. */
  readonly unreadable: (error: Error, forMs: number) => Promise<void>;
  readonly log: Log;
  readonly observer: Observer;
  readonly now: () => Date;
  readonly random: () => number;
  /** Lock of a job in milliseconds: longer than one request may take. */
  readonly lockMs: number;
  readonly leadMs: number;
  readonly unknownHoldMs: number;
  readonly probeIntervalMs: number;
  readonly keepRecipients: boolean;
  readonly deliveryReport: AcceptedBatch["report"];
  readonly onAccepted: (batch: AcceptedBatch) => Promise<void>;
  readonly linkAnswersS: number;
  readonly proofS: number;
  readonly keepEvents: Settings["keepEvents"];
  /** How long results are kept, whatever a job's own options say. */
  readonly keepResults: Settings["keepResults"];
  /** How many of them that is now. */
  readonly results: Pick<ResultsKept, "current">;
  /** Whether this process has been asked to stop. */
  readonly isClosing: () => boolean;
};
