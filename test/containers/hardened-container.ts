import { GenericContainer, type StartedNetwork, type StartedTestContainer, Wait } from "testcontainers";
import { imageOf, type ProcessName } from "./images.ts";

const HEALTHY_MS = 90_000;

/** A container as docker/compose.yaml and the manifests have it: nothing can be written, and there is no right to anything. */
export class HardenedContainer extends GenericContainer {
  constructor(image: string, network: StartedNetwork, alias: string) {
    super(image);
    this.hostConfig.ReadonlyRootfs = true;
    this.withDroppedCapabilities("ALL")
      .withSecurityOpt("no-new-privileges:true")
      .withNetwork(network)
      .withNetworkAliases(alias)
      // It would be left to Ryuk, an image that must be pulled.
      .withAutoCleanup(false);
  }
}

/** Starts a process of ours, which is there once the image's own HEALTHCHECK says so. */
export async function startProcess(
  name: ProcessName,
  network: StartedNetwork,
  environment: Readonly<Record<string, string>>,
): Promise<StartedTestContainer> {
  return new HardenedContainer(imageOf(name), network, name)
    .withEnvironment({ ...environment })
    .withWaitStrategy(Wait.forHealthCheck())
    .withStartupTimeout(HEALTHY_MS)
    .start();
}

/** Runs Node's own code in a container: there is nothing else in it to run. @returns what it printed */
export async function runInside(container: StartedTestContainer, code: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await container.exec(["node", "-e", code, ...args]);
  if (exitCode !== 0) throw new Error(`node -e ended with ${exitCode} in ${container.getName()}: ${stderr}`);
  return stdout;
}
