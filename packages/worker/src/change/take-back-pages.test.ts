import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, partId, sendId, type SendResult } from "@volley/contract";
import { Worker } from "bullmq";
import { type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import type { RegionContext } from "../region/region-context.ts";
import { takeBackParts } from "./take-back.ts";
import type { Take, CanceledBatches } from "./cancel-batches.ts";

/** Two pages of parts, and a part of a third. */
const PARTS = 201;

const TOKEN = "somebody";

const NOTHING: CanceledBatches = { ends: new Map(), unasked: 0, unsaid: 0, retryAfterMs: 0, isInVain: false };

let rig: RegionRig;
let context: RegionContext;
let id: string;

beforeEach(async () => {
  rig = await startRegionRig();
  context = stepContext(rig);
  id = sendId("eu");
  const { queue, redis, prefix } = rig;
  const settled = resultOf(PARTS, []);
  await rig.add({ message: { from: "12015550123", body: "Hi" }, settled, parts: PARTS }, { jobId: id });
  const picker = new Worker(queue.name, null, { connection: redis, prefix, autorun: false });
  await (await picker.getNextJob(TOKEN, { block: false }))?.moveToCompleted(settled, TOKEN, false);
  await picker.close();
  for (let part = 0; part < PARTS; part += 1) {
    const batch = { id: `b${part}`, part, recipients: 1, accepted_at: "2026-12-01T12:00:00Z", adopted: false };
    await redis.hset(
      `${queue.toKey(id)}:processed`,
      queue.toKey(partId(id, part)),
      JSON.stringify(resultOf(1, [batch])),
    );
  }
});

afterEach(async () => rig.close());

function resultOf(recipients: number, batches: SendResult["batches"]): SendResult {
  return {
    state: "accepted",
    region: "eu",
    recipients: { ...noRecipients(recipients), accepted: recipients },
    batches,
    rejected: [],
    errors: [],
  };
}

/** A provider that says something else of each page; how many batches each was. */
function provider(...pages: Partial<CanceledBatches>[]): { readonly take: Take; readonly asked: number[] } {
  const asked: number[] = [];
  const take: Take = async (_client, results) => {
    asked.push(results.flatMap(({ batches }) => batches).length);
    return { ...NOTHING, ...pages[asked.length - 1] };
  };
  return { take, asked };
}

it("adds up what is open on all pages, and waits as long as the most impatient answer asks for", async () => {
  const { take, asked } = provider(
    { unasked: 1, unsaid: 2, retryAfterMs: 7_000 },
    { unasked: 3, unsaid: 4, retryAfterMs: 1_000 },
    { unsaid: 1 },
  );
  const { changed: _, ...open } = await takeBackParts(context, id, PARTS, { take, isLast: false });
  expect(open).toEqual({ unasked: 4, unsaid: 7, retryAfterMs: 7_000 });
  expect(asked).toEqual([100, 100, 1]);
});

it("writes down what is said on each page, whatever is said on others", async () => {
  const canceled = { isCanceled: true, tooLate: 0, unknown: 0 };
  const { take } = provider(
    { ends: new Map([["b0", canceled]]) },
    { ends: new Map([["b199", { isCanceled: false, tooLate: 0, unknown: 1 }]]), unasked: 1 },
    { ends: new Map([["b200", canceled]]) },
  );
  const { changed } = await takeBackParts(context, id, PARTS, { take, isLast: false });
  expect(changed).toMatchObject({ state: "partial", recipients: { accepted: PARTS - 3, canceled: 2, unknown: 1 } });
  expect((await rig.queue.getJob(id))?.returnvalue).toEqual(changed);
});

it("leaves the pages behind one on which it is in vain for later", async () => {
  const { take, asked } = provider({}, { unasked: 100, isInVain: true });
  const { changed, unasked } = await takeBackParts(context, id, PARTS, { take, isLast: false });
  expect(asked).toEqual([100, 100]);
  expect(unasked).toBe(100);
  expect(changed.recipients).toMatchObject({ accepted: PARTS, unknown: 0 });
});

it("gives up on the pages behind it when it is tried no more, without another question", async () => {
  const { take, asked } = provider({ isInVain: true });
  const { changed } = await takeBackParts(context, id, PARTS, { take, isLast: true });
  expect(asked).toEqual([100]);
  expect(changed.recipients).toMatchObject({ accepted: 100, unknown: PARTS - 100 });
});

it("leaves pages to the next process when this one stops, and says that they are open", async () => {
  const closing = { ...context, isClosing: () => true };
  const first = provider();
  expect(await takeBackParts(closing, id, PARTS, { take: first.take, isLast: false })).toMatchObject({ unasked: 1 });
  expect(first.asked).toEqual([100]);
  const open = provider({ unasked: 5 });
  expect(await takeBackParts(closing, id, PARTS, { take: open.take, isLast: false })).toMatchObject({ unasked: 5 });
});

it("has nothing open when it stops behind the last page", async () => {
  let pages = 0;
  const { take, asked } = provider();
  const closing = { ...context, isClosing: () => (pages += 1) === 3 };
  expect(await takeBackParts(closing, id, PARTS, { take, isLast: false })).toMatchObject({ unasked: 0 });
  expect(asked).toEqual([100, 100, 1]);
});
