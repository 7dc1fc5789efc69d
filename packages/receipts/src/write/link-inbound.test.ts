import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createRedisScript, valuesOfNumbers } from "@volley/contract";
import { openReceiptsRig, SEND } from "../../../../test/receipts-rig.ts";
import { validEvents } from "../../../../test/valid-events.ts";
import { readEvents } from "../read/read-events.ts";
import { FIRST_EVENTS } from "../terms/stream-place.ts";
import { type AnswerableBatch, reachedBatch, type ReachedCall } from "../reached/reached-batch.ts";
import { NOTE_ENDED, NOTE_REACHED } from "../reached/reached-scripts.ts";

const rig = openReceiptsRig();
const { redis } = rig;

beforeEach(rig.beginAnew);

afterAll(rig.close);

const SENDER = "12015550123";
const ANN = "46701234567";
const BO = "46701234568";
const CY = "46701234569";
const GROUP = "01HEAWCHESCXG8SDG5R10VF8E1";
const OTHER = "eu-zzzzzzzzzzzzzzzzzzzz";

const SCRIPTS = { handed: createRedisScript(NOTE_REACHED), ended: createRedisScript(NOTE_ENDED) };

async function run(script: keyof typeof SCRIPTS, { keys, values }: ReachedCall): Promise<unknown> {
  return SCRIPTS[script].run(redis, keys, values);
}

function answerable(batch: Omit<AnswerableBatch, "values">): AnswerableBatch {
  return { ...batch, values: () => valuesOfNumbers(batch.recipients) };
}

type Handed = Partial<Omit<AnswerableBatch, "values">> & { readonly batchId?: string | null };

/** Hands a batch over. A `batchId` of `null`: the provider has refused it; none: nobody knows. */
async function handOver({ batchId, ...batch }: Handed): Promise<void> {
  const usual = { from: SENDER, recipients: [ANN, BO], reference: `spring~${SEND}`, sendAt: null };
  const reached = reachedBatch({ prefix: rig.prefix(), region: "eu" }, answerable({ ...usual, ...batch }), 600);
  if (reached === null) return;
  await run("handed", reached.handedOver);
  if (batchId !== undefined) await run("ended", reached.ended(batchId));
  await new Promise((resolve) => setTimeout(resolve, 2));
}

let received = 0;

/** An answer comes in. @returns what the event says of what it is to */
async function answer(message: object = {}): Promise<Record<string, unknown>> {
  received += 1;
  const id = `mo-${received}`;
  const usual = { type: "mo_text", id, from: ANN, to: SENDER, body: "Yes", received_at: new Date().toISOString() };
  await rig.write({ ...usual, ...message });
  const { events } = await readEvents(redis, rig.prefix(), { cursor: FIRST_EVENTS, limit: 100 });
  validEvents(events);
  const { send_id, client_reference, batch_id, unlinked } = events.at(-1)?.data ?? {};
  return { send_id, client_reference, batch_id, unlinked };
}

const LINKED = { send_id: SEND, client_reference: "spring", batch_id: "B1", unlinked: undefined };

function notLinked(reason: string): Record<string, unknown> {
  return { send_id: null, batch_id: null, client_reference: undefined, unlinked: reason };
}

describe("an answer", () => {
  test.each([
    ["to several people", [ANN, BO]],
    ["to one alone", [ANN]],
  ])("finds the last batch %s", async (_, recipients) => {
    await handOver({ recipients, reference: `~${OTHER}`, batchId: "B0" });
    await handOver({ recipients, batchId: "B1" });
    await handOver({ recipients: [CY], reference: `~${OTHER}`, batchId: "B2" });
    await handOver({ recipients: [CY, BO], reference: `~${OTHER}.p1`, batchId: "B3" });
    expect(await answer()).toEqual(LINKED);
    expect(await answer({ to: `+${SENDER}` })).toEqual(LINKED);
  });

  test("finds the later of one to several people and one to them alone", async () => {
    await handOver({ recipients: [ANN], reference: `~${OTHER}`, batchId: "B0" });
    await handOver({ batchId: "B1" });
    expect(await answer()).toEqual(LINKED);
    await handOver({ recipients: [ANN], reference: `~${OTHER}.p2`, batchId: "B2" });
    expect(await answer()).toMatchObject({ send_id: OTHER, client_reference: undefined, batch_id: "B2" });
  });

  test("finds none that was handed over after it came in, nor one that is sent later", async () => {
    const received_at = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await handOver({ batchId: "B1" });
    expect(await answer({ received_at })).toEqual(notLinked("no_send"));
    expect(await answer()).toEqual(LINKED);
    await handOver({ reference: `~${OTHER}`, batchId: "B2", sendAt: new Date(Date.now() + 60_000) });
    expect(await answer()).toEqual(LINKED);
  });

  test.each([
    ["from another region's plan", { region: "us" }],
    ["of another sender", { from: "12015550199" }],
    ["whose sender is a name", { from: "Volley" }],
    ["that the provider has refused", { batchId: null }],
  ])("does not find a batch %s", async (_, batch) => {
    if ("region" in batch) {
      const place = { prefix: rig.prefix(), region: "us" };
      const about = { from: SENDER, recipients: [ANN, BO], reference: `~${SEND}`, sendAt: null };
      const other = reachedBatch(place, answerable(about), 600);
      if (other) await run("handed", other.handedOver);
    } else await handOver({ batchId: "B1", ...batch });
    expect(await answer()).toEqual(notLinked("no_send"));
  });

  test.each([
    ["in_doubt", {}],
    ["group", { recipients: [BO, GROUP], batchId: "B2" }],
    ["default_sender", { from: undefined, batchId: "B2" }],
    ["default_sender", { from: undefined, recipients: [ANN], batchId: "B2" }],
    ["in_doubt", { recipients: [ANN] }],
    ["overtaken", { recipients: [ANN], batchId: null }],
    ["overtaken", { recipients: [ANN], sendAt: new Date(Date.now() + 60_000), batchId: "B2" }],
  ])("is not told to be to an earlier one where the last is %s", async (reason, batch) => {
    await handOver({ batchId: "B1" });
    await handOver({ reference: `~${OTHER}`, ...batch });
    expect(await answer()).toEqual(notLinked(reason));
  });

  test("a batch that is said to be handed over once more stays what it is", async () => {
    await handOver({ batchId: "B1" });
    const received_at = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await handOver({});
    expect(await answer({ received_at })).toEqual(LINKED);
  });

  test("is to what the provider says it is to", async () => {
    await handOver({ reference: `~${OTHER}`, batchId: "B9" });
    expect(await answer({ client_reference: `spring~${SEND}.p1` })).toEqual({ ...LINKED, batch_id: null });
    expect(await answer({ client_reference: `~${OTHER}` })).toMatchObject({ send_id: OTHER, batch_id: "B9" });
    const other = { ...notLinked("other_send"), client_reference: "invoice 7" };
    expect(await answer({ client_reference: "invoice 7" })).toEqual(other);
    const foreign = { client_reference: "invoice~7" };
    expect(await answer(foreign)).toEqual({ ...other, ...foreign });
  });

  test("is looked for among many batches", async () => {
    await handOver({ batchId: "B1" });
    await Promise.all(
      Array.from({ length: 1_100 }, async (_, index) =>
        handOver({ recipients: [BO, CY], reference: `~${OTHER}.p${index}`, batchId: `C${index}` }),
      ),
    );
    expect(await answer()).toEqual(LINKED);
    expect(await answer({ from: "46709999999" })).toEqual(notLinked("no_send"));
  });

  test("every key has its time to live", async () => {
    await handOver({ batchId: "B1" });
    await handOver({ recipients: [ANN], batchId: "B1" });
    const keys = (await redis.keys(`${rig.prefix()}:reached:*`)).toSorted();
    expect(keys).toHaveLength(3);
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(0);
  });
});
