import { randomUUID } from "node:crypto";
import { testAnswerKey, testsKey } from "./keys.ts";
import type { EndpointAddress, EndpointPlace } from "./store.ts";

/** How long a test event and its answer wait for somebody, in seconds. */
const TEST_KEPT_S = 120;

/** Asks whoever delivers events to send a test event. @returns what to ask for the answer with */
export async function askForTest({ redis, prefix, id }: EndpointAddress): Promise<string> {
  const ask = `${id}.${randomUUID()}`;
  const key = testsKey(prefix);
  await redis.rpush(key, ask);
  await redis.expire(key, TEST_KEPT_S);
  return ask;
}

/** @returns an endpoint's ID and what to answer with; `null` where nobody asks */
export async function takeTest({
  redis,
  prefix,
}: EndpointPlace): Promise<{ readonly id: string; readonly ask: string } | null> {
  const ask = await redis.lpop(testsKey(prefix));
  return ask === null ? null : { id: ask.split(".", 1)[0] ?? "", ask };
}

/** What became of a test event. */
export type TestAnswer = {
  readonly ok: boolean;
  /** Of the answer; `null` where there was none. */
  readonly status: number | null;
  /** Why it has failed; `null` where it has not. */
  readonly failure: string | null;
  /** How long it took, in milliseconds. */
  readonly ms: number;
};

export async function answerTest({ redis, prefix }: EndpointPlace, ask: string, answer: TestAnswer): Promise<void> {
  await redis.set(testAnswerKey(prefix, ask), JSON.stringify(answer), "EX", TEST_KEPT_S);
}

/** @returns `null` where there is no answer yet */
export async function readTestAnswer({ redis, prefix }: EndpointPlace, ask: string): Promise<TestAnswer | null> {
  const answer = await redis.get(testAnswerKey(prefix, ask));
  return answer === null ? null : (JSON.parse(answer) as TestAnswer);
}

/** Asks no more. @returns whether nobody has taken it yet: then it is not sent */
export async function takeBackTest({ redis, prefix }: EndpointPlace, ask: string): Promise<boolean> {
  return (await redis.lrem(testsKey(prefix), 1, ask)) > 0;
}
