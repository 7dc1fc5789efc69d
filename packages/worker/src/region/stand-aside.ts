import type { Log } from "../terms/log.ts";
import type { Observer } from "../terms/observer.ts";
import type { OwnPulling } from "../terms/own-pulling.ts";
import type { RegionGuard } from "./region-guard.ts";
import type { RegionPeers } from "./region-peers.ts";
import { isReachedAfter, isUnreachable, refusalInWords, type Trouble } from "../terms/trouble.ts";

/** Whether the provider takes this process's set-up; `unsaid` where it could not be asked. */
export type OwnProbe =
  { readonly kind: "taken" } | { readonly kind: "refused"; readonly refusal: Refusal } | { readonly kind: "unsaid" };

/** Why a set-up is of no use, and how long until the next probe, in milliseconds. */
type Refusal = { readonly trouble: Trouble; readonly delayMs: number };

/** What it takes to tell a process's own trouble from that of its region. */
export type StandAsideOptions = {
  readonly region: string;
  readonly peers: RegionPeers;
  readonly pulling: OwnPulling;
  readonly guard: Pick<RegionGuard, "isSuspended" | "suspend" | "judged">;
  /** Asks the provider whether it takes this process's set-up. */
  readonly probe: () => Promise<OwnProbe>;
  /** Lets the region's jobs be picked up again that this process has held for all. */
  readonly liftHold: () => Promise<void>;
  readonly log: Log;
  readonly observer: Observer;
};

/** A process whose set-up is refused while that of another one is not: the others do the work. */
export type StandAside = {
  readonly isAside: () => boolean;
  /** Whether the provider has neither taken nor refused this process yet. */
  readonly isUntried: () => boolean;
  /**
   * The provider has refused this process, or cannot be reached with its set-up.
   *
   * @returns whether it stands aside; where not, the trouble is the region's
   */
  readonly refused: (refusal: Refusal) => Promise<boolean>;
  /** Whether it stands aside because the provider cannot be reached, which may be tried out often. */
  readonly isUnreachable: () => boolean;
  /** What else a request has come to. @param trouble - `null` for an answer to a question */
  readonly heard: (trouble: Trouble | null) => void;
  /** The provider has taken something from this process. */
  readonly taken: () => void;
  /** Says that this process is there, and looks who else is. @returns whether it is alone */
  readonly look: () => Promise<boolean>;
  /** Asks the provider whether it takes this process: its own question, not a job. */
  readonly tryOut: () => Promise<void>;
};

/**
 * A refusal is the process's own trouble first: one pod with a dead token must not stop the others. Only where every process
 * that has the region is refused is the region suspended; each of them then picks up jobs again, to probe with them, so that
 * those that are too late or canceled end.
 *
 * An account that may be asked and may not send is no process's own trouble: its probe is taken.
 */
export function createStandAside(options: StandAsideOptions): StandAside {
  const { region, peers, pulling, guard, probe, log } = options;
  /** `null` while the provider takes this process. */
  let refusal: Refusal | null = null;
  let isUntried = true;
  const isAside = (): boolean => pulling.isStoppedFor("refused");

  const taken = (): void => {
    isUntried = false;
    if (refusal === null) return;
    refusal = null;
    peers.say(false).catch((error: unknown) => log.debug({ region, err: error }, "the other workers were not told"));
    if (goOn(options)) log.info({ region }, "this worker picks up jobs again: the provider takes its set-up");
  };
  const refused = async (why: Refusal): Promise<boolean> => {
    refusal = why;
    isUntried = false;
    if (isAside()) return true;
    if (areAllRefused(await peers.say(true))) return false;
    if ((await probe()).kind === "taken") {
      taken();
      return false;
    }
    await stepAside(options, why.trouble);
    return true;
  };
  return {
    isAside,
    isUntried: () => isUntried,
    isUnreachable: () => isAside() && refusal !== null && isUnreachable(refusal.trouble),
    heard: (trouble) => {
      if (refusal !== null && isReachedAfter(refusal.trouble, trouble)) taken();
    },
    refused,
    taken,
    look: async () => {
      const seen = await peers.say(refusal !== null);
      if (refusal !== null && !areAllRefused(seen)) await refused(refusal);
      if (refusal !== null && areAllRefused(seen) && isAside()) {
        await guard.suspend(refusal.trouble, refusal.delayMs);
        goOn(options);
      }
      return seen.processes <= 1;
    },
    tryOut: async () => {
      const probed = await probe();
      if (probed.kind === "taken") taken();
      if (probed.kind === "refused") await refused(probed.refusal);
    },
  };
}

async function stepAside(options: StandAsideOptions, trouble: Trouble): Promise<void> {
  const { region, pulling, guard, liftHold, log, observer } = options;
  if (!pulling.stop("refused", refusalInWords(trouble, "the set-up of this worker"))) return;
  const { code, host, systemCode } = trouble;
  log.warn(
    { region, code, host, systemCode },
    "this worker stands aside: the provider takes another one's set-up, and not its own",
  );
  observer.stoodAside({ region, reason: "refused", isAside: true });
  if (!guard.isSuspended()) return;
  // It has said so of the whole region, in which others do the work now.
  guard.judged();
  await liftHold();
}

/** @returns whether it stood aside */
function goOn({ region, pulling, observer }: StandAsideOptions): boolean {
  if (!pulling.goOn("refused")) return false;
  observer.stoodAside({ region, reason: "refused", isAside: false });
  return true;
}

function areAllRefused({ processes, refused }: Awaited<ReturnType<RegionPeers["say"]>>): boolean {
  return refused >= processes;
}
