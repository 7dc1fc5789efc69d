import { AUTO_REGION, normaliseRecipient } from "@volley/contract";
import type { ListLine, WrongLines } from "@volley/lists";
import { createRouteTable, type Enqueued, type RouteTable, type SendToMany } from "@volley/producer";
import { requireRegionAllowed, requireSenderAllowed } from "../guard/require-allowed.ts";
import { requireWhole } from "../guard/require-whole.ts";
import { invalid } from "../problems/issues.ts";
import type { ApiKey } from "@volley/keys";
import type { Doors } from "../terms/route.ts";
import { endingWith } from "./ending-with.ts";
import { requireServed } from "./require-served.ts";
import { type RejectedEntry, rejectedEntries } from "./reason-against.ts";
import { createReservation, type RequestTarget } from "./reservation.ts";
import { duplicatesOf, type SendQuery } from "./send-query.ts";
import { takeList } from "./take-list.ts";

/** What is to be enqueued, in whatever form it came. */
export type SendRequest = {
  readonly region: string;
  /** The send without its recipients. */
  readonly message: Readonly<Record<string, unknown>>;
  readonly idempotencyKey: string;
  readonly query: SendQuery;
};

/** Whose request it is, and when nobody waits for it any more. */
export type Caller = {
  readonly key: ApiKey;
  readonly requireKeyStill: () => Promise<void>;
  readonly gone: AbortSignal;
};

/** What is answered: that of the producer, and who was left out: lines of a list, entries of `to` in JSON. */
export type EnqueuedRequest = Enqueued & {
  readonly rejectedLines?: WrongLines;
  readonly rejectedAt?: readonly RejectedEntry[];
};

/** Puts a send on its queue whose recipients are in the request. */
export async function enqueueAtOnce(
  { to, ...request }: SendRequest & { readonly to: unknown },
  caller: Caller,
  doors: Doors,
): Promise<EnqueuedRequest> {
  requireAllowed(request, caller.key, doors);
  requireNoPages(to);
  const { region, message, query, idempotencyKey } = request;
  const reservation = await createReservation(caller.key, request, doors.producer);
  const duplicates = duplicatesOf(query);
  if (!query.force) await requireServedUnlessRepeated(request, doors, regionsOf(region, to, doors));
  const enqueue = async (): Promise<Enqueued> => {
    await reservation.take(Array.isArray(to) ? to.length : 0);
    // Whatever it is: the producer says what is wrong with it.
    const send = { ...message, to } as SendToMany;
    return doors.producer.enqueue(send, { region, idempotencyKey, ...(duplicates && { duplicates }) });
  };
  const enqueued = await reservation.settling(enqueue, validOf);
  if (enqueued.recipients.rejected === 0) return enqueued;
  return { ...enqueued, rejectedAt: rejectedEntries(to, { message, routeOf: routeTableOf(region, doors) }) };
}

/** Puts a send on its queue whose recipients come line by line; nothing is sent before the last one is there. */
export async function enqueueList(
  { lines, ...request }: SendRequest & { readonly lines: AsyncIterable<readonly ListLine[]> },
  caller: Caller,
  doors: Doors,
): Promise<EnqueuedRequest> {
  requireAllowed(request, caller.key, doors);
  const { region, message, query, idempotencyKey } = request;
  const reservation = await createReservation(caller.key, request, doors.producer);
  const requireSeen = async (regions: ReadonlySet<string>): Promise<void> => {
    if (!query.force) await requireServedUnlessRepeated(request, doors, [...regions]);
  };
  if (region !== AUTO_REGION) await requireSeen(new Set([region]));
  const taken = takeList(lines, {
    region,
    message,
    invalid: query.invalid ?? "skip",
    routeOf: routeTableOf(region, doors),
    onPage: async (valid, regions) => {
      if (region === AUTO_REGION) await requireSeen(regions);
      await reservation.take(valid);
    },
  });
  const duplicates = duplicatesOf(query);
  const ending = endingWith(caller.gone, doors.stopping);
  const options = { region, idempotencyKey, signal: ending.signal, ...(duplicates && { duplicates }) };
  try {
    const send = { ...message, to: whileGood(taken.pages(), caller) } as unknown as SendToMany;
    const enqueued = await reservation.settling(async () => doors.producer.enqueue(send, options), validOf);
    return { ...enqueued, rejectedLines: taken.wrong() };
  } catch (error) {
    throw taken.explained(error);
  } finally {
    ending.forget();
  }
}

/** An upload may take hours: it ends with its key, and so does what is left to do when the last line is there. */
async function* whileGood<Page>(pages: AsyncIterable<Page>, { requireKeyStill }: Caller): AsyncGenerator<Page> {
  for await (const page of pages) {
    await requireKeyStill();
    yield page;
  }
  await requireKeyStill();
}

function requireAllowed({ region, message, query }: SendRequest, key: ApiKey, { routes }: Doors): void {
  requireRegionAllowed(key, region, routes);
  requireSenderAllowed(key, message["from"]);
  if (duplicatesOf(query)) requireWhole(key);
}

/** The producer takes pages of recipients, too; the document does not know them. @throws ApiProblem `invalid_request` */
export function requireNoPages(to: unknown): void {
  const index = Array.isArray(to) ? to.findIndex(Array.isArray) : -1;
  if (index === -1) return;
  throw invalid([{ pointer: `/to/${index}`, in: "body", detail: "expected a recipient, got a list" }]);
}

async function isRepeated({ region, idempotencyKey }: RequestTarget, { producer }: Doors): Promise<boolean> {
  return producer.isKeyUsed({ region, idempotencyKey });
}

/**
 * Looks whether workers have ever worked on regions. What speaks against a new send does not against one that is there: it is
 * answered as it was.
 *
 * @throws ApiProblem `region_not_served`
 */
export async function requireServedUnlessRepeated(
  target: RequestTarget,
  doors: Doors,
  regions: readonly string[],
): Promise<void> {
  await requireServed(doors.producer, regions).catch(async (error: unknown) => {
    if (!(await isRepeated(target, doors))) throw error;
  });
}

/** To which regions numbers go; `null` where one is named, or there are no routes. */
export function routeTableOf(region: string, { routes }: Doors): RouteTable | null {
  return region === AUTO_REGION && routes ? createRouteTable(routes) : null;
}

/** Where the recipients of a list at hand go. */
function regionsOf(region: string, to: unknown, doors: Doors): string[] {
  if (region !== AUTO_REGION) return [region];
  const routeOf = routeTableOf(region, doors);
  if (!Array.isArray(to) || routeOf === null) return [];
  const texts = to.map((entry: unknown) => (typeof entry === "string" ? entry : Reflect.get(Object(entry), "to")));
  const recipients = texts.map((text: unknown) => (typeof text === "string" ? normaliseRecipient(text) : null));
  const routed = recipients.map((recipient) => (recipient === null ? null : routeOf(recipient)));
  return [...new Set(routed)].filter((name) => name !== null);
}

function validOf({ recipients }: Enqueued): number {
  return recipients.valid;
}
