import { normaliseRecipient, type Problem, type Routes } from "@volley/contract";
import { createRouteTable, type RecipientPage, type RecipientSource, type SendToMany } from "@volley/producer";
import { checkWithoutRedis } from "../redis/check-without-redis.ts";

/** One send, and how long it is looked at. */
export type LookedAt = {
  readonly send: SendToMany;
  /** Where the region is that of each number: without a route for anybody it is refused. */
  readonly routes: Routes | undefined;
  readonly signal: AbortSignal;
};

/** People without a route who are named. */
const MOST_NAMED = 20;

/**
 * Looks at a send to its last recipient, as staging it would, and puts nothing anywhere. It takes as long as staging does:
 * a file of one region needs no such look, because of a send that is refused while it is staged nothing is enqueued.
 *
 * @returns everything that it would be refused for
 */
export async function checkToTheEnd({ send, routes, signal }: LookedAt): Promise<readonly Problem[]> {
  const routed = createRouteWatch(routes);
  const watched = { ...send, to: routed.watch(send.to) };
  const { problems, isSendable } = await checkWithoutRedis(async (producer) => producer.check(watched, { signal }));
  return isSendable ? routed.problems() : problems;
}

type RouteWatch = {
  /** The same recipients; on the way it is seen whether any of them has a route. */
  readonly watch: (to: RecipientSource) => AsyncGenerator<RecipientPage>;
  readonly problems: () => readonly Problem[];
};

function createRouteWatch(routes: Routes | undefined): RouteWatch {
  const regionOf = routes && createRouteTable(routes);
  const without: number[] = [];
  let isAnyRouted = regionOf === undefined;
  let index = 0;
  const look = (entry: unknown): void => {
    const text: unknown = typeof entry === "string" ? entry : Reflect.get(Object(entry), "to");
    const recipient = isAnyRouted || typeof text !== "string" ? null : normaliseRecipient(text);
    if (recipient !== null && regionOf && regionOf(recipient) !== null) isAnyRouted = true;
    else if (recipient !== null && without.length < MOST_NAMED) without.push(index);
    index += 1;
  };
  return {
    watch: async function* (to) {
      for await (const page of to) {
        if (Array.isArray(page)) for (const entry of page) look(entry);
        else look(page);
        yield page;
      }
    },
    problems: () => {
      if (isAnyRouted) return [];
      const message = "expected a recipient with a route, got one that no prefix covers";
      return without.map((at) => ({ field: `to[${at}]`, message }));
    },
  };
}
