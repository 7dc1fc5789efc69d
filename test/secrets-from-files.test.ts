import { once } from "node:events";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

let stage: Stage;
let folder: string;
let gate: Server;
/** The tokens that the gate lets through, and those that it was shown. */
let valid: Set<string>;
let shown: Set<string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-secrets-"));
  stage = await setUpStage();
  [valid, shown] = [new Set(["token-1"]), new Set()];
  gate = createServer((incoming, answer) => {
    const token = String(incoming.headers.authorization).replace("Bearer ", "");
    shown.add(token);
    if (!valid.has(token)) {
      incoming.resume();
      answer.writeHead(401).end();
      return;
    }
    const headers = { ...incoming.headers, authorization: "Bearer us-token" };
    const target = request(new URL(incoming.url ?? "/", stage.emulator.url), { method: incoming.method, headers });
    target.on("response", (inner) => inner.pipe(answer.writeHead(inner.statusCode ?? 500, inner.headers)));
    target.on("error", () => answer.destroy());
    incoming.pipe(target);
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
});

afterEach(async () => {
  await stage.close();
  gate.closeAllConnections();
  gate.close();
  await rm(folder, { recursive: true, force: true });
});

/** As Kubernetes and Vault do it: nobody ever sees half a file. */
async function write(content: string): Promise<string> {
  const path = join(folder, "token");
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
  return path;
}

it.each([
  ["both are good for a while", true],
  ["the old token ends at that moment", false],
])("a token that is rotated in its file under load fails no part and needs no restart: %s", async (_, isEarly) => {
  const worker = await stage.startWorker({
    VOLLEY_US_BASE_URL: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
    VOLLEY_US_API_TOKEN: "",
    VOLLEY_US_API_TOKEN_FILE: await write("token-1\n"),
    VOLLEY_US_RECIPIENTS_PER_SECOND: "400",
    VOLLEY_PROBE_MS: "500",
    VOLLEY_US_BURST_MS: "10",
  });
  const numbers = people(600);
  const jobs = await stage
    .queue("us")
    .addBulk(numbers.map((number) => ({ name: "send", data: { from: "Volley", to: [number], body: "Hello" } })));
  await eventually(() => numbers.filter((number) => stage.emulator.timesTexted(number) > 0).length > 100, "some texts");
  if (isEarly) valid.add("token-2");
  else valid = new Set(["token-2"]);
  await write("token-2\n");
  await eventually(() => shown.has("token-2"), "the new token in use");
  valid = new Set(["token-2"]);

  const ended = await Promise.all(jobs.map(stage.ended));
  expect(new Set(ended.map(({ returnvalue }) => (returnvalue as { state: string }).state))).toEqual(
    new Set(["accepted"]),
  );
  expect(numbers.filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
  expect(await stage.queue("us").getFailedCount()).toBe(0);
  expect(worker.log().filter(({ msg }) => msg === "started")).toHaveLength(1);
  expect(worker.output()).not.toMatch(/token-[12]/);
});
