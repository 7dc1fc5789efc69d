import { type Emulator, startEmulator } from "@volley/emulator";
import { eventually } from "../stage/eventually.ts";
import { createCarefulProducer, type CarefulProducer } from "./careful-producer.ts";
import { takeCallbacks } from "../stage/call-back.ts";
import { environmentOf, plansOf } from "../stage/stage.ts";
import { spawnWebhooks, type WebhooksProcess } from "../stage/webhooks-process.ts";
import { spawnWorker, type WorkerProcess } from "../stage/worker-process.ts";
import { PREFIX } from "./prefix.ts";
import type { Ground, Role } from "./topology.ts";

/** Everything that Volley is, as processes, on a Redis of some kind. */
export type CoreRig = {
  readonly emulator: Emulator;
  readonly service: CarefulProducer;
  readonly workers: readonly WorkerProcess[];
  readonly webhooks: WebhooksProcess;
  readonly api: WebhooksProcess;
  readonly exporter: WebhooksProcess;
  readonly close: () => Promise<void>;
};

export const REGION = "us";

const LATENCY_MS = 100;

/** Shorter than the default, so that a run takes a minute. */
const HOLD_MS = 3_000;

/** Starts all of it, or ends what was started. @param rate - recipients a second, so that a campaign lasts */
export async function setUpCore(ground: Ground, rate: number): Promise<CoreRig> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closers.toReversed()) await each();
  };
  try {
    return { ...(await startAll(ground, rate, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startAll(
  ground: Ground,
  rate: number,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<CoreRig, "close">> {
  const emulator = await startEmulator({ plans: plansOf([REGION]), latencyMs: LATENCY_MS });
  closers.push(async () => emulator.close());
  const connection = ground.connect();
  connection.on("error", () => {});
  const service = createCarefulProducer(connection, PREFIX, REGION);
  closers.push(async () => service.producer.close().finally(() => connection.disconnect()));
  const own = (role: Exclude<Role, "service">) => ({ ...ground.environmentOf(role), VOLLEY_PREFIX: PREFIX });
  const environment = {
    ...own("worker"),
    ...environmentOf([REGION], { prefix: PREFIX, baseUrl: emulator.url }),
    VOLLEY_UNKNOWN_HOLD_MS: String(HOLD_MS),
    VOLLEY_US_RECIPIENTS_PER_SECOND: String(rate),
  };
  const workers = [spawnWorker(environment), spawnWorker(environment)];
  closers.push(async () => {
    for (const each of workers) each.signal("SIGKILL");
    await Promise.all(workers.map(async (each) => each.ended()));
  });
  const started = <T extends { kill: () => Promise<void> }>(app: T): T => {
    closers.push(app.kill);
    return app;
  };
  for (const each of workers) {
    await eventually(() => each.log().some(({ msg }) => msg === "started"), "a started worker").catch(() => {
      throw new Error(`expected a worker that starts, got ${each.output()}`);
    });
  }
  const http = { VOLLEY_HTTP_PORT: "0", VOLLEY_REGIONS: REGION };
  const webhooks = started(await takeCallbacks(own("webhooks")));
  const api = started(await spawnWebhooks({ ...own("api"), VOLLEY_HTTP_PORT: "0" }, "api"));
  const exporter = started(await spawnWebhooks({ ...own("exporter"), ...http }, "exporter"));
  return { emulator, service, workers, webhooks, api, exporter };
}
