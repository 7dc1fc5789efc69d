import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { fingerprint, type StagedSend } from "@volley/contract";
import type { Queue } from "bullmq";
import { openStagingRig, type StagingRig } from "../../../test/staging-rig.ts";
import { addStaged, type AdditionState, type StagedAddition } from "./add-staged.ts";
import { packRecipients } from "./piece-builder.ts";
import { createQueueAccess, type QueueAccess } from "./queue-access.ts";
import { createRedisLink } from "./redis-link.ts";
import { createStage } from "./stage.ts";

let rig: StagingRig;
let access: QueueAccess;

beforeEach(() => {
  rig = openStagingRig();
  access = createQueueAccess(createRedisLink(rig.redis, 5_000), rig.prefix);
});

afterEach(async () => {
  await access.close();
  await rig.close();
});

/** A queue whose answer to an add is Redis's own refusal. */
function refusing(isAdded: boolean): Queue {
  const add: Queue["add"] = async (...given) => {
    if (isAdded) await rig.queue.add(...given);
    throw Object.assign(new Error("READONLY You can't write against a read only replica."), { name: "ReplyError" });
  };
  return Object.create(rig.queue, { add: { value: add } }) as Queue;
}

async function additionTo(queue: Queue): Promise<StagedAddition> {
  const stage = createStage(access, 60_000);
  stage.push(packRecipients(["46701234567"]));
  await stage.settled();
  const data = { from: "Volley", body: "Hi", staged: { id: stage.id, recipients: 1 } } satisfies StagedSend;
  const claimInput = {
    redis: rig.redis,
    key: `${rig.prefix}:sends:a`,
    jobKey: queue.toKey("a"),
    fingerprint: fingerprint(data),
    ttlMs: 60_000,
    idempotencyKey: "a",
  };
  const counts = { requested: 1, valid: 1, duplicate: 0, rejected: 0 };
  return { queue, id: "a", data, delayMs: 0, stage, keepMs: 60_000, counts, claimInput };
}

describe("a refusal of Redis to add a staged send", () => {
  it.each([
    ["keeps the stage where an add whose answer was lost had been made before", true],
    ["lets the stage go where there is no job", false],
  ])("%s", async (_, isAdded) => {
    const state: AdditionState = { isHandedOver: false };
    await expect(addStaged(await additionTo(refusing(isAdded)), state, async () => {})).rejects.toThrow("READONLY");
    expect(state.isHandedOver).toBe(isAdded);
  });
});
