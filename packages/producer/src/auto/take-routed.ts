import { InvalidSendError, LIMITS, type Parameters, type RefusedRecipient } from "@volley/contract";
import type { EnqueueOptions } from "../enqueue/enqueue.ts";
import type { StagingSettings } from "../enqueue/enqueue-staged.ts";
import type { ListCounts } from "../terms/list-counts.ts";
import { createListDigest } from "../recipients/list-digest.ts";
import { completenessOf, createOwnValuesReader } from "../recipients/own-values.ts";
import { createRecipientIntake, type RecipientIntake } from "../recipients/recipient-intake.ts";
import { readToEnd } from "../staging/read-to-end.ts";
import { nobodyLeft } from "../terms/read-message.ts";
import type { RouteTable } from "./route-table.ts";
import type { StagingOnce } from "../staging/stage-each-once.ts";

/** What is read, and how. */
export type RoutedIntakeInput = Pick<EnqueueOptions, "onProgress" | "signal"> & {
  /** The send without its recipients. */
  readonly message: object;
  readonly parameters: Parameters;
  readonly recipients: Iterable<unknown> | AsyncIterable<unknown>;
  readonly routeOf: RouteTable;
};

/** Who came. */
export type RoutedIntake = {
  readonly counts: Pick<ListCounts, "requested" | "rejected">;
  /** The first of those who were set aside, as they were written. */
  readonly refused: readonly RefusedRecipient[];
  /** Of the whole content. */
  readonly fingerprint: string;
};

/** The reason of recipients whom no prefix covers. */
const NO_ROUTE = "no_route";

/** Recipients that are named among the problems of a send that is refused. */
const MOST_NAMED = 20;

/**
 * Reads every entry of a source and gives those away who have a route.
 *
 * @param once - takes them; without it they are only compared with what is enqueued already
 */
export async function takeRouted(
  { budget, now }: StagingSettings,
  { message, parameters, recipients, routeOf, onProgress, signal }: RoutedIntakeInput,
  once: StagingOnce | null,
): Promise<RoutedIntake> {
  const digest = createListDigest();
  const readValues = createOwnValuesReader(message, now());
  const hasValues = completenessOf(message, parameters);
  const withoutRoute = new Set<number>();
  const intake = createRecipientIntake(
    {
      digest,
      readValues,
      isComplete: (recipient, own) => {
        if (routeOf(recipient) !== null) return hasValues(recipient, own);
        // The entry that is being taken is counted already; beyond those that are named nobody asks for a reason.
        if (intake.refused().length < LIMITS.refusedInResult) withoutRoute.add(intake.requested() - 1);
        return false;
      },
    },
    (chunk) => once?.add(chunk),
  );
  const fingerprint = await readToEnd({ message, recipients, intake, digest, once, budget, onProgress, signal });
  return {
    counts: { requested: intake.requested(), rejected: intake.rejected() },
    refused: refusedOf(intake, withoutRoute),
    fingerprint,
  };
}

function refusedOf(intake: RecipientIntake, withoutRoute: ReadonlySet<number>): RefusedRecipient[] {
  return intake.refused().map(({ index, recipient, reason = "invalid_msisdn" }) => {
    return { recipient, index, reason: withoutRoute.has(index) ? NO_ROUTE : reason, by: "volley" };
  });
}

/**
 * Refuses a send of which nobody is left.
 *
 * @throws InvalidSendError with the first entries that were set aside, and why
 */
export function refuseNobody(message: object, { refused }: RoutedIntake, now: Date): never {
  const unrouted = refused.filter(({ reason }) => reason === NO_ROUTE).slice(0, MOST_NAMED);
  const routeProblems = unrouted.map(({ index = 0 }) => {
    return { field: `to[${index}]`, message: "expected a recipient with a route, got one that no prefix covers" };
  });
  const refusedAs = refused.map(({ recipient }) => recipient);
  throw new InvalidSendError(routeProblems.length > 0 ? routeProblems : nobodyLeft(message, refusedAs, now));
}
