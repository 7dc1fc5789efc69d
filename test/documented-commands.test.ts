import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Emulator, startEmulator } from "@volley/emulator";
import { freePort, type LocalRedis, startRedis } from "@volley/local-redis";
import { createProducer } from "@volley/producer";
import { DEFAULT_PREFIX } from "@volley/contract";
import { type ApiRig, startApiRig } from "./api-rig.ts";
import { chooseRows } from "./bench/rows.ts";
import { readBenchArguments } from "./bench/bench-arguments.ts";
import { readChaosArguments } from "./chaos/chaos-arguments.ts";
import { readYaml } from "./docker/read-yaml.ts";
import { FAULTS } from "./faults/faults.ts";
import { readFaultsArguments } from "./faults/faults-arguments.ts";
import { type DocumentedCommand, documentedCommands, isForLater } from "./pages/commands.ts";
import { type DocumentedShell, openDocumentedShell } from "./pages/documented-shell.ts";
import { readPage, ROOT } from "./pages/fences.ts";
import { readRollingRestartArguments } from "./rolling-restart/rolling-restart-arguments.ts";
import { readScaleArguments } from "./scale/scale-arguments.ts";
import { startWorkerProcess, type WorkerProcess } from "./stage/worker-process.ts";
import { readTopologiesArguments } from "./topologies/topologies-arguments.ts";
import { TOPOLOGIES } from "./topologies/topologies.ts";

const FAULT_NAMES = FAULTS.map(({ name }) => name);
const TOPOLOGY_NAMES = TOPOLOGIES.map(({ name }) => name);
const PROBED_FAULTS = FAULT_NAMES.filter((name) => name.startsWith("redis-"));

/** Runs a command, or looks at as much of it as can be looked at here. */
type Held = (command: DocumentedCommand) => Promise<void>;

/** Every kind of command that a page has; the first that fits counts. */
const KINDS: readonly (readonly [RegExp, Held])[] = [
  [/^volley (?:dev|demo)$/, runBy("test/demo.test.ts")],
  [/^volley region pause /, paused],
  [/^volley webhook remove /, removed],
  [/^volley suppress maybe decide /, decided],
  [/^volley /, done],
  [/\bnode apps\/worker\/dist\/main\.js$/, until(/"msg":"started"/)],
  [/\bnode apps\/board\/dist\/main\.js$/, until(/"msg":"the board listens"/)],
  [/\bnode apps\/webhooks\/dist\/main\.js$/, until(/"msg":"callbacks are taken"/)],
  [/\bnode apps\/api\/dist\/main\.js$/, until(/"msg":"the API listens"/)],
  [/\bnode apps\/exporter\/dist\/main\.js$/, until(/"msg":"the fleet is shown"/)],
  [/\bnode packages\/emulator\/dist\/main\.js$/, until(/"url":"http:/)],
  [/^(?:export|cd) /, setsUp],
  // What `npm start` is beside `volley demo` has been done when a test runs: everything is installed and built.
  [/^npm start$/, isScript({ start: /^exec node apps\/cli\/bootstrap\.mjs demo$/ })],
  [/^curl http:\/\/127\.0\.0\.1:909[01]/, fetched],
  [/^curl .*(?:http:\/\/127\.0\.0\.1:8080\/|\$SENDS)/, asked],
  // Minutes each; short ones are run by test/chaos, test/faults and test/bench.
  [/^pnpm chaos\b/, takes((options) => readChaosArguments(options))],
  [/^pnpm faults\b/, takes((options) => readFaultsArguments(options, FAULT_NAMES))],
  [/^pnpm topologies\b/, takes((options) => readTopologiesArguments(options, TOPOLOGY_NAMES))],
  [/^pnpm probes\b/, takes((options) => readFaultsArguments(options, PROBED_FAULTS))],
  [/^pnpm scale\b/, takes((options) => readScaleArguments(options))],
  [/^pnpm rolling-restart\b/, takes((options) => readRollingRestartArguments(options))],
  [/^pnpm bench:draw \S+$/, isScript({ "bench:draw": /test\/bench\/pictures\/main\.ts$/ })],
  [/^pnpm bench\b/, takes((options) => chooseRows(readBenchArguments(options)?.rows ?? ["help"]))],
  // These need a registry of packages.
  [/^npx -y pnpm@12 install && npx -y pnpm@12 build$/, isScript({ build: /./ })],
  [/^npx -y pnpm@12 --filter-prod "@volley\/producer\.\.\." -r pack --pack-destination \S+$/, packs],
  [/^npm install \.\/volley-\*\.tgz$/, packs],
  // These need a container engine or a cluster; test/docker compares the files with the settings and with schemas.
  [/^(?:docker build|npx -y pnpm@12 --filter \S+ sbom) /, namesFiles],
  [/^docker compose /, namesServices],
  [/^(?:kubectl|cp) /, namesFiles],
];

const commands = documentedCommands();
const held = new Map<string, Promise<void>>();
const ENDPOINT = "ep_0123456789abcdef01234567";
const ID = /\beu-[0-9a-z]{20}\b/g;

let redis: LocalRedis;
let emulator: Emulator;
let worker: WorkerProcess;
let api: ApiRig;
let key = "";
let shell: DocumentedShell;
/** Sends that are there: one that has ended, one that waits for its time. */
let ended = "";
let waiting = "";
/** An endpoint, and who listens there. */
let endpoint = "";
let consumer: Server;

beforeAll(async () => {
  redis = await startRedis({ prefer: "server" });
  emulator = await startEmulator();
  const regions = ["US", "EU"].map((name) => [`VOLLEY_${name}_BASE_URL`, emulator.url]);
  const environment = { REDIS_URL: redis.url, ...Object.fromEntries(regions) };
  const secrets = Object.fromEntries(
    ["US", "EU"].flatMap((name) => [
      [`VOLLEY_${name}_SERVICE_PLAN_ID`, "plan"],
      [`VOLLEY_${name}_API_TOKEN`, "token"],
    ]),
  );
  const allowed = { VOLLEY_EVENTS_ALLOW_NETWORKS: "127.0.0.1" };
  worker = await startWorkerProcess({ ...environment, ...secrets, ...allowed, VOLLEY_REGIONS: "us,eu" });
  api = await startApiRig({ REDIS_URL: redis.url, VOLLEY_PREFIX: DEFAULT_PREFIX });
  key = await api.key();
  consumer = createServer((_, response) => void response.end()).listen(0, "127.0.0.1");
  await once(consumer, "listening");
  shell = openDocumentedShell({
    environment: { ...environment, VOLLEY_HTTP_PORT: String(await freePort()) },
    meant: (typed) =>
      typed
        .replaceAll("redis://127.0.0.1:6379", redis.url)
        .replaceAll("http://127.0.0.1:8090", emulator.url)
        .replaceAll("http://127.0.0.1:8080", api.url)
        .replaceAll("vk_…", key)
        .replaceAll("https://shop.example", `http://127.0.0.1:${(consumer.address() as AddressInfo).port}`)
        .replaceAll(ENDPOINT, endpoint)
        .replaceAll(ID, typed.includes("cancel") ? waiting : ended)
        .replaceAll("=…", "=given"),
    files: { "people.csv": "name,number\nAnn,+46701234567\nBo,+46707654321\n" },
  });
  await enqueueBoth();
});

afterAll(async () => {
  shell?.close();
  await api?.stop();
  await worker?.stop();
  await emulator?.close();
  consumer?.close();
  await redis?.stop();
});

it("every command of every page is run, or looked at where it cannot be", () => {
  const unknown = commands.filter(({ text }) => heldBy(text) === undefined);
  expect(unknown.map(({ place, text }) => `${place}: ${text}`)).toEqual([]);
  expect(commands.length).toBeGreaterThan(30);
});

it.each(commands.map((command) => [command.place, command.text, command] as const))(
  "%s: %s",
  async (_place, _text, command) => {
    await expect(runOnce(command)).resolves.toBeUndefined();
  },
);

/** The same line in two pages is run once. */
async function runOnce(command: DocumentedCommand): Promise<void> {
  const typed = [...command.before, command.text].join("\n");
  const first = held.get(typed) ?? heldBy(command.text)?.(command);
  if (first !== undefined) held.set(typed, first);
  await first;
}

function heldBy(text: string): Held | undefined {
  return KINDS.find(([pattern]) => pattern.test(text))?.[1];
}

async function enqueueBoth(): Promise<void> {
  const producer = createProducer({ redis: redis.url });
  const send = { from: "Volley", to: ["+46701234567"], body: "Hi!" };
  ended = (await producer.enqueue(send, { region: "eu", idempotencyKey: "ended" })).id;
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  waiting = (await producer.enqueue({ ...send, send_at: tomorrow }, { region: "eu", idempotencyKey: "waiting" })).id;
  const { port } = consumer.address() as AddressInfo;
  endpoint = (await producer.endpoints.add({ url: `http://127.0.0.1:${port}` })).endpoint.id;
  await producer.close();
}

async function done(command: DocumentedCommand): Promise<void> {
  expect(await shell.run(command)).toMatchObject({ exitCode: 0 });
}

/** What the API refuses is no success, though curl ends well. */
async function asked(command: DocumentedCommand): Promise<void> {
  const { exitCode, output } = await shell.run(command);
  expect([exitCode, output.match(/urn:volley:problem.{0,300}/)]).toEqual([0, null]);
}

/** The others may come after it. */
async function removed(command: DocumentedCommand): Promise<void> {
  const producer = createProducer({ redis: redis.url });
  const kept = endpoint;
  endpoint = (await producer.endpoints.add({ url: "http://127.0.0.1:1" })).endpoint.id;
  await producer.close();
  await done(command);
  endpoint = kept;
}

/** About somebody who is held. */
async function decided(command: DocumentedCommand): Promise<void> {
  const [, number = "", , sender = "12015550123"] = /"(\+[\d ]+)"(.* --sender (\d+))?/.exec(command.text) ?? [];
  const producer = createProducer({ redis: redis.url });
  await producer.suppressions.remove(number);
  await producer.suppressions.add(number, { kind: "maybe", scope: { sender } });
  await producer.close();
  await done(command);
}

async function paused(command: DocumentedCommand): Promise<void> {
  await done(command);
  await done({ ...command, text: command.text.replace("pause", "resume") });
}

function until(printed: RegExp): Held {
  return async (command) => {
    const { exitCode, output } = await shell.runUntil(command, printed);
    expect(output).toMatch(printed);
    expect(exitCode).toBe(0);
  };
}

function runBy(test: string): Held {
  return async ({ text }) => {
    expect(readPage(test)).toContain(`start("${text.replace("volley ", "")}"`);
  };
}

/** A line that is for the next ones of its block is run together with them. */
async function setsUp(command: DocumentedCommand): Promise<void> {
  const page = command.place.replace(/:\d+$/, "");
  const next = commands.filter(({ place, before }) => place.startsWith(`${page}:`) && before.includes(command.text));
  expect(isForLater(command.text)).toBe(true);
  expect(next).not.toEqual([]);
}

function isScript(scripts: Readonly<Record<string, RegExp>>): Held {
  return async () => {
    const root = JSON.parse(readPage("package.json")) as { scripts: Record<string, string>; packageManager: string };
    for (const [name, pattern] of Object.entries(scripts)) expect(root.scripts[name]).toMatch(pattern);
    expect(root.packageManager).toMatch(/^pnpm@12\./);
  };
}

async function fetched({ text }: DocumentedCommand): Promise<void> {
  const url = text.replace(/^curl http:\/\/127\.0\.0\.1:909[01]/, worker.url());
  expect((await fetch(url)).status).toBe(200);
}

function takes(read: (options: readonly string[]) => unknown): Held {
  return async (command) => {
    const [, script = "", ...options] = command.text.split(/\s+/);
    expect(read(options)).not.toBeNull();
    await isScript({ [script]: new RegExp(`test/${script}/main\\.ts$`) })(command);
  };
}

/** What is packed with the producer, and so installed: everything of this repository that it needs is in an archive. */
async function packs(): Promise<void> {
  const needed = ["@volley/producer"];
  for (const name of needed) {
    const { files, dependencies } = manifestOf(name);
    expect([name, files]).toEqual([name, expect.arrayContaining(["dist"])]);
    const own = Object.keys(dependencies).filter((other) => other.startsWith("@volley/"));
    needed.push(...own.filter((other) => !needed.includes(other)));
  }
  expect(needed.length).toBeGreaterThan(1);
}

type Manifest = {
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
};

function manifestOf(name: string): Manifest {
  return JSON.parse(readPage(`${name.replace("@volley/", "packages/")}/package.json`)) as Manifest;
}

async function namesFiles({ text }: DocumentedCommand): Promise<void> {
  const named = text.match(/(?<=^|[ =])(?:docker|apps|packages)\/\S+/g) ?? [];
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  const known = readPage("docker/Dockerfile").match(/(?<=^ARG )\w+/gm) ?? [];
  for (const [, argument = ""] of text.matchAll(/--build-arg (\w+)/g)) expect(known).toContain(argument);
}

async function namesServices(command: DocumentedCommand): Promise<void> {
  await namesFiles(command);
  const [compose] = readYaml("docker/compose.yaml") as [{ services: Record<string, unknown> }];
  const [, service] = /compose -f \S+ run (?:--\w+ )*(\w+)/.exec(command.text) ?? [];
  if (service !== undefined) expect(Object.keys(compose.services)).toContain(service);
}
