import { expect, test } from "@jest/globals";
import type { PlannedAsk } from "./chaos-plan.ts";
import { createCoalescedMessages } from "./coalesced-messages.ts";
import { people } from "../stage/people.ts";

const ASK: PlannedAsk = {
  atMs: 0,
  key: "ask-0",
  region: "us",
  via: "coalesce",
  isUrgent: false,
  recipients: 2,
  first: 0,
  duplicates: 0,
  invalid: 0,
  hasParameters: true,
};

/** Messages whose sends have the IDs `us-1`, `us-2`, …: what has the same ID travels together. */
function messagesIn(idOf: (call: number) => string) {
  let calls = 0;
  const coalesce = async () => ({ id: idOf((calls += 1)), region: "us", alreadyEnqueued: false, warnings: [] });
  return createCoalescedMessages({ coalesce }, async () => {});
}

test("asks for one send when all messages travel together", async () => {
  const messages = messagesIn(() => "us-1");
  await messages.ask(ASK);
  expect(messages.asked()).toMatchObject([{ id: "us-1", numbers: people(2), hasNames: true, times: 1 }]);
});

test("lets nobody be texted twice where the same send was there after the crash", async () => {
  const messages = messagesIn(() => "us-1");
  await messages.ask(ASK);
  messages.noteCrash({ killedAt: Date.now() + 1, isForgetful: true }, 0);
  expect(await messages.askAgainSince(0)).toBe(2);
  expect(messages.mayBeTwice().size).toBe(0);
});

test("says whose message Redis forgot, and in which send it travels now", async () => {
  const messages = messagesIn((call) => (call <= 2 ? "us-1" : "us-2"));
  await messages.ask(ASK);
  messages.noteCrash({ killedAt: Date.now() + 1, isForgetful: true }, 0);
  await messages.askAgainSince(0);
  expect(messages.mayBeTwice()).toEqual(new Set(people(2)));
  expect(messages.asked().map(({ id }) => id)).toEqual(["us-2"]);
});

test("excuses nothing when Redis forgot nothing", async () => {
  const messages = messagesIn((call) => `us-${call}`);
  await messages.ask(ASK);
  messages.noteCrash({ killedAt: Date.now() + 1, isForgetful: false }, 0);
  await messages.askAgainSince(0);
  expect(messages.mayBeTwice().size).toBe(0);
});
