import { mirrorEndpoints } from "@volley/endpoints";
import { controlEndpoints, type EndpointControl } from "../way-back/control-endpoints.ts";
import { hasCode } from "../terms/producer-error.ts";
import type { AllStores, Store } from "./stores.ts";

/**
 * The calls about endpoints. They are kept at home, and every Redis of a region has a copy by which it delivers what happens in it;
 * where one cannot be reached, the processes that deliver make it once it can.
 */
export function controlAllEndpoints({ home, all }: AllStores, now: () => Date): EndpointControl {
  const own = controlEndpoints(home.context, now);
  const others = all.slice(1);
  if (others.length === 0) return own;
  const controls = others.map(({ context }) => controlEndpoints(context, now));
  const copied = async <T>(answer: T, also?: (control: EndpointControl) => Promise<unknown>): Promise<T> => {
    await Promise.all(
      others.map(async (store, index) => {
        const control = controls[index];
        const done = mirror(home, store).then(async () => control && also?.(control));
        await done.catch(ignoreAway);
      }),
    );
    return answer;
  };
  return {
    ...own,
    add: async (options) => copied(await own.add(options)),
    rotate: async (id) => copied(await own.rotate(id)),
    enable: async (id) => copied(await own.enable(id), async ({ enable }) => enable(id)),
    disable: async (id) => copied(await own.disable(id)),
    remove: async (id) => copied(await own.remove(id)),
    replay: async (id, options) => copied(await own.replay(id, options), async ({ replay }) => replay(id, options)),
  };
}

async function mirror(home: Store, { context }: Store): Promise<void> {
  const [from, to] = [home.context, context].map(({ link, prefix }) => ({ redis: link.connection, prefix }));
  if (from && to) await context.link.run(async () => home.context.link.run(async () => mirrorEndpoints(from, to)));
}

/** Whoever delivers there does it later. */
function ignoreAway(error: unknown): void {
  if (!hasCode(error, "VOLLEY_REDIS_UNAVAILABLE") && !hasCode(error, "VOLLEY_ENDPOINT_DISABLED")) throw error;
}
