import { afterAll, expect, test } from "@jest/globals";
import { createProducer, ProducerError } from "@volley/producer";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createReservation } from "./reservation.ts";

const prefix = ownPrefix();
const producer = createProducer({ redis: testRedisUrl(), prefix });

afterAll(async () => {
  await producer.close();
  await dropPrefix(prefix);
});

async function succeed(): Promise<{ alreadyEnqueued: boolean }> {
  return { alreadyEnqueued: false };
}

function fail(code: "VOLLEY_REDIS_UNAVAILABLE" | "VOLLEY_DUPLICATES"): () => Promise<never> {
  return async () => {
    throw new ProducerError(code, "it went wrong");
  };
}

test("leaves with a request what it took where nobody knows whether it was enqueued, and gives back the rest", async () => {
  const { record } = await producer.keys.create({ name: "shop", scopes: ["sends:write"], perDay: 10 });
  const attempt = async (idempotencyKey: string, enqueue: () => Promise<{ alreadyEnqueued: boolean }>) => {
    const reservation = await createReservation(record, { region: "eu", idempotencyKey }, producer);
    const ended = reservation.settling(
      async () => {
        await reservation.take(4);
        await reservation.take(6);
        return enqueue();
      },
      () => 9,
    );
    return ended.then(
      () => "enqueued",
      (error: unknown) => Reflect.get(Object(error), "code"),
    );
  };
  expect(await attempt("first", fail("VOLLEY_DUPLICATES"))).toBe("VOLLEY_DUPLICATES");
  expect(await attempt("second", fail("VOLLEY_REDIS_UNAVAILABLE"))).toBe("VOLLEY_REDIS_UNAVAILABLE");
  expect(await attempt("other", succeed)).toBe("daily_limit_reached");
  // It was there: what the first try took stays counted.
  expect(await attempt("second", async () => ({ alreadyEnqueued: true }))).toBe("enqueued");
  expect(await attempt("other", succeed)).toBe("daily_limit_reached");
  // It was not.
  expect(await attempt("second", succeed)).toBe("enqueued");
  const one = await createReservation(record, { region: "eu", idempotencyKey: "one" }, producer);
  await one.take(1);
  await expect(one.take(1)).rejects.toMatchObject({ code: "daily_limit_reached" });
});
