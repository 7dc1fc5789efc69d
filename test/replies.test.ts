import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { dropPrefix } from "./own-prefix.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import { type Stalling, startStallingProxy } from "./stage/stalling-proxy.ts";
import { spawnWebhooks, type WebhooksProcess } from "./stage/webhooks-process.ts";

const ANN = "46701234567";
const SENDER = "12015550123";
const CONFIRMED = "You get nothing more from us.";

let stage: Stage;
let webhooks: WebhooksProcess;

beforeEach(async () => {
  stage = await setUpStage();
  webhooks = await spawnWebhooks({
    REDIS_URL: stage.redisUrl,
    VOLLEY_PREFIX: stage.prefix,
    VOLLEY_REGIONS: "us",
    VOLLEY_CALLBACK_UNSIGNED: "allow",
    VOLLEY_HTTP_PORT: "0",
  });
});

afterEach(async () => {
  await webhooks.stop();
  await stage.close();
  await dropPrefix(stage.prefix);
});

async function say(body: string, to = SENDER): Promise<void> {
  const received_at = new Date().toISOString();
  const message = { type: "mo_text", id: `mo-${body}-${to}`, from: ANN, to, body, received_at };
  const answer = await fetch(`${webhooks.url}/v1/callbacks/us`, { method: "POST", body: JSON.stringify(message) });
  expect(answer.status).toBe(200);
}

function texts(): unknown[] {
  return stage.emulator.batches().map(({ request }) => Reflect.get(request, "body"));
}

it.each<[string, Stalling["lost"]]>([
  ["before Redis has the reply", "command"],
  ["after it was enqueued, before it knew", "answer"],
])("whoever says STOP gets one reply though its process is killed %s", async (_, lost) => {
  const proxy = await startStallingProxy(stage.redisUrl, { at: CONFIRMED, lost });
  await say("STOP");
  const dying = await stage.startWorker({ REDIS_URL: proxy.url, VOLLEY_US_REPLY_STOP: CONFIRMED });
  await eventually(() => proxy.isStalled(), "a process in the middle of enqueueing");
  dying.signal("SIGKILL");
  await dying.ended();
  await proxy.close();
  await stage.startWorker({ VOLLEY_US_REPLY_STOP: CONFIRMED, VOLLEY_US_REPLY_HELP: "STOP ends it." });
  await eventually(() => texts().length > 0, "the reply", 20_000);
  await say("stop it");
  await say("HELP", "18335550123");
  await say("HELP");
  await eventually(() => texts().length > 1, "the next reply", 20_000);
  expect(texts()).toEqual([CONFIRMED, "STOP ends it."]);
  expect(stage.emulator.batches().map(({ to }) => to)).toEqual([[ANN], [ANN]]);
});

it("nobody gets a reply where none is set", async () => {
  await say("STOP");
  await say("HELP");
  const worker = await stage.startWorker();
  const metrics = async (): Promise<string> => (await fetch(`${worker.url()}/metrics`)).text();
  expect(await metrics()).not.toContain("replies-us");
  expect(texts()).toEqual([]);
});
