import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { FaultAction } from "@volley/emulator";
import { setUpStage, type Stage } from "./stage/stage.ts";

const TOKEN = "us-token";
const TEXT = "the text that nobody else may read";
const NAME = "Wilhelmina";

/** A failure of every kind, each for a send of its own. */
const FAULTS: readonly FaultAction[] = [
  { kind: "status", status: 400, body: { code: "syntax_invalid_parameter_format", text: `'46993000000' ${TEXT}` } },
  { kind: "status", status: 403, body: { code: "blocked_account", text: TOKEN } },
  { kind: "status", status: 401, body: {} },
  { kind: "status", status: 404, body: {} },
  { kind: "status", status: 429, headers: { "retry-after": "0" } },
  { kind: "status", status: 500, body: { text: TEXT } },
  { kind: "status", status: 502, body: "<html>bad gateway</html>" },
  { kind: "status", status: 503, body: {}, accept: true },
  { kind: "drop", accept: true },
  { kind: "drop", accept: false },
  { kind: "hang", accept: true },
  { kind: "malformed", shape: "truncated", accept: true },
  { kind: "malformed", shape: "html", accept: false },
  { kind: "malformed", shape: "no_id", accept: true },
];

describe("a run with errors of every kind at log level trace", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setUpStage();
  });

  afterAll(async () => stage.close());

  it("shows no recipient, no text and no token in logs, failed reasons, stack traces, job logs or metrics", async () => {
    const worker = await stage.startWorker({
      VOLLEY_LOG_LEVEL: "trace",
      VOLLEY_US_TIMEOUT_MS: "500",
      VOLLEY_UNKNOWN_HOLD_MS: "300",
      VOLLEY_PROBE_MS: "200",
    });
    const numbers = FAULTS.map((_, index) => String(46_993_000_000 + index));
    for (const [index, action] of FAULTS.entries()) {
      stage.emulator.faults.add({ match: { recipient: numbers[index] ?? "" }, action });
    }
    const send = (to: string[]): object => ({
      from: "Volley",
      to,
      body: `\${name}, ${TEXT}`,
      parameters: { name: { default: NAME } },
    });
    const queue = stage.queue("us");
    const jobs = await Promise.all([
      ...numbers.map(async (number) => queue.add("send", send([number, "no number: 4699399"]))),
      queue.add("send", { ...send([...numbers]), to: ["46993999999", 46_993_999_998], body: { [TEXT]: 1 } }),
      queue.add("send", { ...send(["4699399"]), parameters: { [TEXT]: { "46993999999": 5 } } }),
    ]);
    const ended = await Promise.all(jobs.map(stage.ended));
    const metrics = await (await fetch(`${worker.url()}/metrics`)).text();
    const health = await (await fetch(`${worker.url()}/readyz`)).text();
    await worker.stop();

    const logs = await Promise.all(jobs.map(async ({ id }) => (await queue.getJobLogs(String(id))).logs));
    const shown = [
      worker.output(),
      metrics,
      health,
      ...logs.flat(),
      ...ended.flatMap(({ failedReason, stacktrace }) => [failedReason ?? "", ...(stacktrace ?? [])]),
    ].join("\n");
    expect(ended.filter(({ failedReason }) => failedReason).length).toBe(2);
    expect(worker.log().length).toBeGreaterThan(20);
    expect(shown.match(/4699\d{3,}/g)).toBeNull();
    for (const secret of [TOKEN, TEXT, NAME]) expect(shown).not.toContain(secret);
  });
});
