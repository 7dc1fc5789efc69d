import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startEmulator, type Emulator } from "@volley/emulator";
import { serverOnPath } from "../packages/local-redis/src/server/server-on-path.ts";
import { freePort } from "../packages/local-redis/src/redis/free-port.ts";
import { callBack, takeCallbacks } from "./stage/call-back.ts";
import { runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { environmentOf, plansOf } from "./stage/stage.ts";
import { spawnWorker, startWorkerProcess } from "./stage/worker-process.ts";

const BOARD = fileURLToPath(new URL("../apps/board/dist/main.js", import.meta.url));

const run = promisify(execFile);

let folder: string;
let redis: ChildProcess;
let emulator: Emulator;
let trusting: Readonly<Record<string, string>>;
let known: Readonly<Record<string, string>>;

async function openssl(command: string): Promise<void> {
  await run("openssl", command.split(" "));
}

function at(file: string): string {
  return join(folder, file);
}

async function sign(name: string): Promise<void> {
  await openssl(`req -newkey rsa:2048 -nodes -subj /CN=${name} -keyout ${at(`${name}.key`)} -out ${at(`${name}.csr`)}`);
  await writeFile(at("san"), "subjectAltName=IP:127.0.0.1");
  const authority = `-CA ${at("ca.crt")} -CAkey ${at("ca.key")} -CAcreateserial -days 2 -extfile ${at("san")}`;
  await openssl(`x509 -req -in ${at(`${name}.csr`)} ${authority} -out ${at(`${name}.crt`)}`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-tls-"));
  const files = `-keyout ${join(folder, "ca.key")} -out ${join(folder, "ca.crt")}`;
  await openssl(`req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=volley-test ${files}`);
  await sign("server");
  await sign("client");
  const port = await freePort();
  const server = `--tls-cert-file ${join(folder, "server.crt")} --tls-key-file ${join(folder, "server.key")}`;
  const clients = `--tls-ca-cert-file ${join(folder, "ca.crt")} --tls-auth-clients yes`;
  const options = `--port 0 --tls-port ${port} --dir ${folder} --requirepass first ${server} ${clients}`;
  const program = await serverOnPath(process.env["PATH"]);
  if (program === null) throw new Error("expected redis-server or valkey-server on the PATH");
  redis = spawn(program.path, [...options.split(" "), "--save", ""], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  redis.stdout?.setEncoding("utf8").on("data", (text: string) => (said += text));
  await eventually(() => said.includes("Ready to accept connections"), "a Redis with TLS");
  emulator = await startEmulator({ plans: plansOf(["us"]) });
  const urlFile = join(folder, "redis-url");
  await writeFile(urlFile, `rediss://default:first@127.0.0.1:${port}\n`);
  trusting = {
    ...environmentOf(["us"], { prefix: "{tls}", baseUrl: emulator.url }),
    REDIS_URL_FILE: urlFile,
    VOLLEY_CA_FILE: join(folder, "ca.crt"),
  };
  known = {
    ...trusting,
    REDIS_CERT_FILE: join(folder, "client.crt"),
    REDIS_KEY_FILE: join(folder, "client.key"),
  };
});

afterAll(async () => {
  await emulator?.close();
  if (redis?.exitCode === null) {
    redis.kill("SIGTERM");
    await once(redis, "exit");
  }
  await rm(folder, { recursive: true, force: true });
});

async function redisCli(...words: string[]): Promise<void> {
  const url = (await readFile(join(folder, "redis-url"), "utf8")).trim();
  const tls = ["--tls", "--cacert", known["VOLLEY_CA_FILE"], "--cert", known["REDIS_CERT_FILE"]] as string[];
  await run("redis-cli", ["-u", url, "--no-auth-warning", ...tls, "--key", String(known["REDIS_KEY_FILE"]), ...words]);
}

it("a Redis with TLS and client certificates serves every process, also with another password", async () => {
  const worker = await startWorkerProcess(known);
  const { REDIS_URL_FILE = "", VOLLEY_CA_FILE = "", REDIS_CERT_FILE = "", REDIS_KEY_FILE = "" } = known;
  const webhooks = await takeCallbacks({ REDIS_URL_FILE, VOLLEY_CA_FILE, REDIS_CERT_FILE, REDIS_KEY_FILE });
  expect(await callBack(webhooks, "46701234567")).toBe(200);
  const file = join(folder, "people.csv");
  await writeFile(file, "number\n+46701234567\n");
  const flags = ["--from", "Volley", "--body", "Hi", "--region", "us"];
  const sent = runVolley(["send", file, ...flags], known);
  expect(await sent.ended()).toBe(0);
  expect(emulator.timesTexted("46701234567")).toBe(1);

  const board = spawn(process.execPath, [BOARD], {
    cwd: "/",
    env: { ...known, VOLLEY_HTTP_PORT: "0", VOLLEY_HTTP_HOST: "127.0.0.1", VOLLEY_BOARD_PASSWORD: "board" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  board.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  await eventually(() => said.includes('"msg":"started"'), "a started board");
  board.kill("SIGTERM");
  await once(board, "exit");

  const url = await readFile(join(folder, "redis-url"), "utf8");
  await redisCli("CONFIG", "SET", "requirepass", "second");
  await writeFile(join(folder, "redis-url"), url.replace(":first@", ":second@"));
  await redisCli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  await writeFile(file, "number\n+46701234568\n");
  const again = runVolley(["send", file, ...flags], known);
  expect({ code: await again.ended(), errors: again.errors() }).toEqual({ code: 0, errors: "" });
  expect(emulator.timesTexted("46701234568")).toBe(1);
  await eventually(async () => (await callBack(webhooks, "46701234568")) === 200, "callbacks that are taken again");
  expect([await worker.stop(), await webhooks.stop()]).toEqual([0, 0]);
});

it("keeps out whoever has no certificate", async () => {
  const worker = spawnWorker({ ...trusting, VOLLEY_SHUTDOWN_MS: "1000" });
  await eventually(() => /certificate|ECONNRESET|closed|TLS|SSL/i.test(worker.output()), "its trouble");
  expect(worker.log().some(({ msg }) => msg === "started")).toBe(false);
  await worker.stop();
});
