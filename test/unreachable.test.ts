import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Emulator, type FaultAction, startEmulator } from "@volley/emulator";
import type { Job } from "bullmq";
import { freePort } from "../packages/local-redis/src/redis/free-port.ts";
import { type LocalServer, startLocalTlsServer } from "../packages/sinch/test/local-server.ts";
import { TEST_CERTIFICATE, TEST_KEY } from "../packages/sinch/test/test-certificate.ts";
import { runVolley } from "./stage/cli-process.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { plansOf, setUpStage, type Stage } from "./stage/stage.ts";
import type { WorkerProcess } from "./stage/worker-process.ts";

const TEXT = "Dear Ann, come at nine";
const NUMBERS = people(3);
const BATCH_ID = "01HEAWCHESCXG8SDG5R10VF8E1";

/** A name that nobody can have: no network is needed to know that. */
const NOBODY = "no..body";

/** How the provider of some regions fails, and what that is called. */
const FAULTS: Readonly<Record<string, readonly [FaultAction, string]>> = {
  busy: [{ kind: "status", status: 503 }, "http_503"],
  mute: [{ kind: "hang", accept: false }, "timeout"],
};

let stage: Stage;
let folder: string;
let impostor: LocalServer;
let gonePort: number;

beforeAll(async () => {
  stage = await setUpStage({ regions: ["nameless", "gone", "forged", ...Object.keys(FAULTS)] });
  folder = await mkdtemp(join(tmpdir(), "volley-unreachable-"));
  await writeFile(join(folder, "ca.pem"), TEST_CERTIFICATE);
  impostor = await startLocalTlsServer(({ method }, response) => {
    if (method === "POST") response.writeHead(201).end(JSON.stringify({ id: BATCH_ID }));
    else response.writeHead(200).end(JSON.stringify({ count: 0, page: 0, page_size: 100, batches: [] }));
  });
  secure(impostor, await forgedCertificate());
  gonePort = await freePort();
});

afterAll(async () => {
  await stage?.close();
  await impostor?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A certificate for the server that nobody has signed whom the worker trusts. */
async function forgedCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const [key, cert] = [join(folder, "forged.key"), join(folder, "forged.crt")];
  const asked = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=forged -keyout ${key} -out ${cert}`;
  await promisify(execFile)("openssl", [...asked.split(" "), "-addext", "subjectAltName=IP:127.0.0.1"]);
  return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
}

function secure({ events }: LocalServer, context: { readonly key: string; readonly cert: string }): void {
  (events as Server).setSecureContext(context);
}

async function enqueue(region: string): Promise<Job[]> {
  const sends = NUMBERS.map((number) => ({ name: "send", data: { from: "Volley", to: [number], body: TEXT } }));
  return stage.queue(region).addBulk(sends);
}

/** What an operator is told of a region while its provider cannot be reached. */
type Told = { readonly region: string; readonly state: string; readonly code: string; readonly host: string };

async function expectTold(worker: WorkerProcess, { region, state, code, host }: Told): Promise<void> {
  const line = state === "suspended" ? "region suspended" : "region backs off";
  const lines = (): Record<string, unknown>[] =>
    worker.log().filter(({ msg, ...fields }) => String(msg).startsWith(line) && fields["region"] === region);
  await eventually(() => lines().some((each) => each["code"] === code && each["host"] === host), `${region}: ${code}`);
  // The first back-offs are short: it may be open when it is looked at.
  const isShown = async (): Promise<boolean> => {
    const shown = runVolley(["region", "show", region], stage.environment);
    await shown.ended();
    return shown.output().includes(`${region}: ${state}`) && shown.output().includes(`${code} at ${host}`);
  };
  await eventually(isShown, `a region that is shown as ${state}: ${code} at ${host}`);
  const metrics = await (await fetch(`${worker.url()}/metrics`)).text();
  const failures = metrics.split("\n").filter((each) => each.startsWith("volley_failures_total"));
  const counted = failures.filter((each) => each.includes(`"${region}"`) && each.includes(`"${code}"`));
  expect(counted).toHaveLength(1);
  expect(counted[0]).not.toMatch(/ 0$/);
  if (state !== "suspended") return;
  expect(lines()).toHaveLength(1);
  expect(await stage.redis.pttl(stage.queue(region).toKey("limiter"))).toBeLessThanOrEqual(3_000);
  expect(await stage.queue(region).getJobCounts("failed", "completed")).toEqual({ failed: 0, completed: 0 });
}

async function expectSent(jobs: readonly Job[]): Promise<void> {
  const ended = await Promise.all(jobs.map(stage.ended));
  expect(ended.map(({ returnvalue }) => (returnvalue as { state: string }).state)).toEqual(jobs.map(() => "accepted"));
}

function texted(emulator: Emulator, region: string): number[] {
  const sent = emulator.batches().filter(({ plan }) => plan === `${region}-plan`);
  return NUMBERS.map((number) => sent.filter(({ to }) => to.includes(number)).length);
}

function secretsIn(worker: WorkerProcess): string[] {
  return [...NUMBERS, TEXT, "-token"].filter((secret) => worker.output().includes(secret));
}

describe("a provider that cannot be reached: why and where stand in log, status and metrics, and a send goes out once after it is mended", () => {
  it("whatever the reason, with the worker that ran all the time", async () => {
    const { emulator } = stage;
    const { host } = new URL(emulator.url);
    const faults = Object.entries(FAULTS).map(([region, [action, code]]) => {
      const fault = emulator.faults.add({ match: { plan: `${region}-plan` }, times: null, action });
      return { region, code, fault };
    });
    const regions = ["gone", "forged", ...Object.keys(FAULTS)];
    const worker = await stage.startWorker({
      VOLLEY_REGIONS: regions.join(","),
      VOLLEY_GONE_BASE_URL: `http://127.0.0.1:${gonePort}`,
      VOLLEY_FORGED_BASE_URL: impostor.baseUrl,
      VOLLEY_MUTE_TIMEOUT_MS: "400",
      VOLLEY_CA_FILE: join(folder, "ca.pem"),
      // A short one: what is tested is the trouble, not the hold.
      VOLLEY_UNKNOWN_HOLD_MS: "500",
    });
    const jobs = await Promise.all(regions.map(enqueue));
    const forged = { code: "wrong_certificate", host: new URL(impostor.baseUrl).host };
    await expectTold(worker, { region: "forged", state: "suspended", ...forged });
    await expectTold(worker, { region: "gone", state: "held", code: "connect_failed", host: `127.0.0.1:${gonePort}` });
    for (const { region, code } of faults) await expectTold(worker, { region, state: "held", code, host });
    expect(impostor.requests).toEqual([]);

    for (const { fault } of faults) emulator.faults.remove(fault);
    secure(impostor, { key: TEST_KEY, cert: TEST_CERTIFICATE });
    const back = await startEmulator({ plans: plansOf(["gone"]), port: gonePort });
    try {
      await expectSent(jobs.flat());
      const once = NUMBERS.map(() => 1);
      expect(texted(back, "gone")).toEqual(once);
      for (const { region } of faults) expect(texted(emulator, region)).toEqual(once);
      const posts = impostor.requests.filter(({ method }) => method === "POST");
      expect(NUMBERS.map((number) => posts.filter(({ body }) => body.includes(number)).length)).toEqual(once);
    } finally {
      await back.close();
    }
    expect(secretsIn(worker)).toEqual([]);
  });

  it("a host that nobody knows, with a deployment that names the right one", async () => {
    const deploy = { VOLLEY_REGIONS: "nameless" };
    const worker = await stage.startWorker({ ...deploy, VOLLEY_NAMELESS_BASE_URL: `http://${NOBODY}` });
    const jobs = await enqueue("nameless");
    await expectTold(worker, { region: "nameless", state: "suspended", code: "unknown_host", host: NOBODY });
    await worker.stop();
    expect(secretsIn(worker)).toEqual([]);
    await stage.startWorker(deploy);
    await expectSent(jobs);
    expect(texted(stage.emulator, "nameless")).toEqual(NUMBERS.map(() => 1));
  });
});
