import { hostname } from "node:os";

import type { ContainerRuntimeClient } from "testcontainers";

const LABEL = "volley.local-redis.owner";

/** Labels that say which process a container belongs to. */
export function ownerLabels(): Record<string, string> {
  return { [LABEL]: `${process.pid}@${hostname()}` };
}

/**
 * Removes the containers of processes of this machine that died without stopping them.
 *
 * testcontainers leaves this to Ryuk, a second image that must be pulled and that mounts the engine's socket. Where the
 * registry is out of reach that pull fails every start, although the Redis image is there; so Ryuk stays off for our
 * container, and what a SIGKILL left behind goes at the next start instead.
 */
export async function removeLeftoverContainers(client: ContainerRuntimeClient): Promise<void> {
  const { dockerode } = client.container;
  for (const container of await dockerode.listContainers({ all: true, filters: { label: [LABEL] } })) {
    const [pid, host] = (container.Labels[LABEL] ?? "").split("@");
    if (host === hostname() && !isAlive(Number(pid))) {
      await dockerode
        .getContainer(container.Id)
        .remove({ force: true, v: true })
        // Another start may be removing it at this moment.
        .catch(() => {});
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
