import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ContainerRuntimeClient,
  Network,
  type StartedNetwork,
  type StartedTestContainer,
  Wait,
} from "testcontainers";
import { HardenedContainer, runInside, startProcess } from "./hardened-container.ts";
import { imageOf, REDIS_IMAGE } from "./images.ts";

const REGION = {
  VOLLEY_REGIONS: "us",
  VOLLEY_US_BASE_URL: "http://emulator:8090",
  VOLLEY_US_SERVICE_PLAN_ID: "plan",
  VOLLEY_US_API_TOKEN: "token",
  // Requests are many and take a while, so that whatever strikes finds some in flight.
  VOLLEY_US_RECIPIENTS_PER_SECOND: "200",
  VOLLEY_US_BURST_MS: "500",
};
const QUEUES = { REDIS_URL: "redis://redis:6379", VOLLEY_SHUTDOWN_MS: "25000" };
const LATENCY_MS = "1000";
/** Above `VOLLEY_SHUTDOWN_MS`, as in the manifests. */
const GRACE_S = 40;

/** Everything that runs, on one network; workers and the emulator share a second one, so that a worker can be cut off Redis alone. */
export class Fleet {
  readonly others = new Map<string, StartedTestContainer>();
  /** The folder that the command line sees as /data. */
  readonly folder = mkdtempSync(join(tmpdir(), "volley-campaign-"));
  readonly #client: ContainerRuntimeClient;
  readonly #networks: StartedNetwork[] = [];
  readonly #workers = new Set<StartedTestContainer>();

  constructor(client: ContainerRuntimeClient) {
    this.#client = client;
    // Read by user 1000.
    chmodSync(this.folder, 0o755);
  }

  async start(): Promise<void> {
    this.#networks.push(await new Network().start(), await new Network().start());
    const inside = this.#inside();
    this.others.set("redis", await this.#startRedis());
    const password = { VOLLEY_BOARD_USER: "volley", VOLLEY_BOARD_PASSWORD: "a password of this run" };
    const emulator = startProcess("emulator", inside, { ...REGION, VOLLEY_EMULATOR_LATENCY_MS: LATENCY_MS });
    const started = {
      emulator,
      webhooks: startProcess("webhooks", inside, {
        ...QUEUES,
        VOLLEY_REGIONS: "us",
        VOLLEY_US_CALLBACK_SECRETS: "s3cret",
      }),
      board: startProcess("board", inside, { ...QUEUES, VOLLEY_REGIONS: "us", ...password }),
      api: startProcess("api", inside, QUEUES),
      exporter: startProcess("exporter", inside, { ...QUEUES, VOLLEY_REGIONS: "us" }),
      cli: this.#startCli(),
    };
    const settled = await Promise.allSettled(
      Object.entries(started).map(async ([name, starting]) => this.others.set(name, await starting)),
    );
    for (const each of settled) if (each.status === "rejected") throw each.reason;
    await this.#connect(this.#networks[1], await emulator, ["emulator"]);
  }

  async startWorker(): Promise<StartedTestContainer> {
    const worker = await startProcess("worker", this.#inside(), { ...QUEUES, ...REGION });
    this.#workers.add(worker);
    await this.#connect(this.#networks[1], worker, []);
    return worker;
  }

  /** As a rollout does: SIGTERM, then it is removed. @returns its exit code */
  async stopWorker(worker: StartedTestContainer): Promise<number> {
    const container = this.#engineContainer(worker);
    await container.stop({ t: GRACE_S });
    const { State } = await container.inspect();
    await this.#remove(worker);
    return State.ExitCode;
  }

  /** As a node that dies does. */
  async killWorker(worker: StartedTestContainer): Promise<void> {
    await this.#engineContainer(worker).kill({ signal: "SIGKILL" });
    await this.#remove(worker);
  }

  /** Cuts a worker off Redis, while it can still send. */
  async cutOff(worker: StartedTestContainer): Promise<void> {
    await this.#engineNetwork(this.#inside()).disconnect({ Container: worker.getId() });
  }

  async joinAgain(worker: StartedTestContainer): Promise<void> {
    await this.#connect(this.#inside(), worker, []);
  }

  /** The command line, in its container. @returns what it printed */
  async cli(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#other("cli").exec(["node", "/app/dist/main.js", ...args]);
    if (exitCode !== 0) throw new Error(`volley ${args[0] ?? ""} ended with ${exitCode}: ${stdout}${stderr}`);
    return stdout;
  }

  /** What the emulator answers. */
  async askEmulator(path: string): Promise<unknown> {
    const code = "fetch('http://127.0.0.1:8090' + process.argv[1]).then((a) => a.text()).then((t) => console.log(t))";
    return JSON.parse(await runInside(this.#other("emulator"), code, path));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#workers, ...this.others.values()].map(async (each) => this.#remove(each)));
    for (const network of this.#networks) await this.#removeNetwork(network);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The engine may hold an end of a container that it has removed; that one is left to it, and takes nothing from what was shown. */
  async #removeNetwork(network: StartedNetwork): Promise<void> {
    const own = this.#engineNetwork(network);
    const { Containers: ends = {} } = await own.inspect();
    await Promise.allSettled(
      Object.keys(ends).map(async (end) => own.disconnect({ Container: end.replace(/^ep-/, ""), Force: true })),
    );
    await network.stop().catch((error: unknown) => {
      process.stderr.write(
        `a network is left to the engine: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    });
  }

  async #startRedis(): Promise<StartedTestContainer> {
    return new HardenedContainer(REDIS_IMAGE, this.#inside(), "redis")
      .withUser("1000:1000")
      .withTmpFs({ "/data": "rw,mode=1777" })
      .withCommand(["--protected-mode", "no", "--appendonly", "yes", "--maxmemory-policy", "noeviction"])
      .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
      .start();
  }

  /** One container for all that is asked of it: it is there until the end. */
  async #startCli(): Promise<StartedTestContainer> {
    return new HardenedContainer(imageOf("cli"), this.#inside(), "cli")
      .withEnvironment(QUEUES)
      .withBindMounts([{ source: this.folder, target: "/data", mode: "ro" }])
      .withEntrypoint(["node", "-e", "console.log('here'); setInterval(() => {}, 60_000)"])
      .withWaitStrategy(Wait.forLogMessage("here"))
      .start();
  }

  async #connect(network: StartedNetwork | undefined, to: StartedTestContainer, aliases: string[]): Promise<void> {
    if (network === undefined) throw new Error("the network is not there yet");
    await this.#engineNetwork(network).connect({ Container: to.getId(), EndpointConfig: { Aliases: aliases } });
  }

  async #remove(container: StartedTestContainer): Promise<void> {
    this.#workers.delete(container);
    await this.#engineContainer(container).remove({ force: true, v: true });
  }

  #inside(): StartedNetwork {
    const [inside] = this.#networks;
    if (inside === undefined) throw new Error("the network is not there yet");
    return inside;
  }

  #other(name: string): StartedTestContainer {
    const found = this.others.get(name);
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  }

  #engineContainer(container: StartedTestContainer) {
    return this.#client.container.dockerode.getContainer(container.getId());
  }

  #engineNetwork(network: StartedNetwork) {
    return this.#client.network.getById(network.getId());
  }
}
