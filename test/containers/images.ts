import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerRuntimeClient } from "testcontainers";
import { repositoryPath } from "../docker/repository-path.ts";
import { buildImage } from "./build-image.ts";

/** The longest that making them may take; a `docker build` has a limit of its own. */
const BASE_IMAGES_MS = 300_000;

/** Every process that docker/Dockerfile is built for, with its port; the command line has none. */
export const PROCESSES = {
  worker: ["apps/worker", 9090],
  webhooks: ["apps/webhooks", 8081],
  board: ["apps/board", 8082],
  api: ["apps/api", 8080],
  exporter: ["apps/exporter", 9091],
  cli: ["apps/cli", null],
  emulator: ["packages/emulator", 8090],
} as const;

export type ProcessName = keyof typeof PROCESSES;
const PROCESS_NAMES = Object.keys(PROCESSES) as ProcessName[];

export const REDIS_IMAGE = "volley-test/redis:local";

/** The image of a process. */
export const imageOf = (name: ProcessName): string => `volley-test/${name}:local`;

/** Makes the images that the others are built on. @returns why there are none, or null */
export function makeBaseImages(): string | null {
  const folder = mkdtempSync(join(tmpdir(), "volley-images-"));
  try {
    const { status, stdout } = spawnSync("bash", ["test/engine/container-engine.sh", "images", folder], {
      cwd: repositoryPath(""),
      encoding: "utf8",
      timeout: BASE_IMAGES_MS,
      stdio: ["ignore", "pipe", "inherit"],
    });
    return status === 0 ? null : (stdout.trim().split("\n").at(-1) ?? "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds an image of every process, and shows what became of it: its size, what it is called, who it runs as. */
export async function buildImages(client: ContainerRuntimeClient, say: (line: string) => void): Promise<void> {
  for (const name of PROCESS_NAMES) {
    const startedAt = performance.now();
    const [app, port] = PROCESSES[name];
    await buildImage(client, imageOf(name), {
      APP: app,
      ...(port !== null && { HTTP_PORT: String(port) }),
      NODE_IMAGE: "volley-test/node:build",
      RUNTIME_IMAGE: "volley-test/node:bare",
      PACKAGES_IMAGE: "volley-test/packages:local",
    });
    const { Size, Config } = await client.container.dockerode.getImage(imageOf(name)).inspect();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    const title = Config.Labels["org.opencontainers.image.title"];
    say(`built ${title} in ${seconds} s: ${(Size / 1e6).toFixed(0)} MB, runs as ${Config.User}`);
  }
}
