import {
  type ContainerRuntimeClient,
  getContainerRuntimeClient,
  type StartedTestContainer,
  Wait,
} from "testcontainers";

import { containerImage } from "./container-image.ts";
import { freePort } from "../redis/free-port.ts";
import { ownerLabels, removeLeftoverContainers } from "./leftover-containers.ts";
import type { Attempt, LocalRedis, RedisSettings } from "../redis/local-redis.ts";
import { PrivateContainer } from "./private-container.ts";
import { redisAnswers } from "../redis/redis-answers.ts";
import { redisArguments } from "../redis/redis-arguments.ts";
import { withDeadline } from "./with-deadline.ts";

const ENGINE_DEADLINE_MS = 10_000;
const START_DEADLINE_MS = 60_000;
const ANSWER_DEADLINE_MS = 15_000;
const GRACE_MS = 10_000;
const REDIS_PORT = 6379;

/** Settings of a container. */
export type ContainerSettings = RedisSettings & {
  /** Its entrypoint must be Redis or Valkey, as in the official images. */
  image: string;
  say: (sentence: string) => void;
};

/** Runs Redis in a container of whichever engine testcontainers finds (Docker, Podman, Colima, `DOCKER_HOST`). */
export async function startContainer(settings: ContainerSettings): Promise<Attempt> {
  let client: ContainerRuntimeClient;
  try {
    client = await withDeadline(getContainerRuntimeClient(), ENGINE_DEADLINE_MS, "the container engine hangs");
  } catch {
    return { kind: "unavailable", reason: "no container engine answers" };
  }
  try {
    await containerImage(client, settings.image, settings.say);
    await removeLeftoverContainers(client);
    return { kind: "started", redis: await runContainer(client.info.containerRuntime.host, settings) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "unavailable", reason: `the container engine gives no ${settings.image} (${reason.trim()})` };
  }
}

async function runContainer(engineHost: string, settings: ContainerSettings): Promise<LocalRedis> {
  const host = engineHost === "localhost" ? "127.0.0.1" : engineHost;
  // A port of our choice, because one of the engine's choice changes at every restart.
  const port = settings.port ?? (await freePort());
  const container = await new PrivateContainer(settings.image, { container: REDIS_PORT, host: port }, host)
    // Protected mode refuses whoever does not come from inside the container. The official images are built without it.
    .withCommand(["--protected-mode", "no", ...redisArguments(settings)])
    .withLabels(ownerLabels())
    .withAutoCleanup(false)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .withStartupTimeout(START_DEADLINE_MS)
    .start();
  try {
    await redisAnswers({ host, port }, AbortSignal.timeout(ANSWER_DEADLINE_MS));
  } catch {
    await container.stop({ removeVolumes: true });
    throw new Error(`it runs, but does not answer at ${host}:${port}`);
  }
  return containerRedis(container, host, port, settings.image);
}

function containerRedis(container: StartedTestContainer, host: string, port: number, image: string): LocalRedis {
  let isStopped = false;
  return {
    url: `redis://${host}:${port}`,
    how: `a container of ${image} on port ${port}`,
    pid: null,
    stop: async () => {
      if (!isStopped) {
        isStopped = true;
        await container.stop({ timeout: GRACE_MS, removeVolumes: true });
      }
    },
    kill: async () => {
      const { container: engine } = await getContainerRuntimeClient();
      await engine.dockerode.getContainer(container.getId()).kill({ signal: "SIGKILL" });
    },
    restart: async () => {
      await container.restart({ timeout: GRACE_MS });
      await redisAnswers({ host, port }, AbortSignal.timeout(ANSWER_DEADLINE_MS));
    },
  };
}
