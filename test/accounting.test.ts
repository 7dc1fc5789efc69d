import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { addCounts, noRecipients, type RecipientCounts, type SendResult, sendResultSchema } from "@volley/contract";
import { type FaultAction, startEmulator, type Emulator } from "@volley/emulator";
import { createSinchClient } from "@volley/sinch";
import { startVolleyWorker, type VolleyWorker } from "@volley/worker";
import { Queue } from "bullmq";
import fc from "fast-check";
import { Redis } from "ioredis";
import { SILENT_OBSERVER } from "../packages/worker/src/terms/observer.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";

/** How long everything together may take, in milliseconds; the property ends with what it has tried by then. */
const TIME_LIMIT_MS = 25_000;

const say = (): void => {};

const REFUSAL = { code: "syntax_constraint_violation", text: "no" };

/** Every way in which a request can go wrong. */
const ACTIONS: readonly FaultAction[] = [
  { kind: "status", status: 400, body: REFUSAL },
  { kind: "status", status: 400, body: { code: "syntax_invalid_json", text: "no" } },
  { kind: "status", status: 401 },
  { kind: "status", status: 403, body: { code: "blocked_account", text: "no" } },
  { kind: "status", status: 429, headers: { "retry-after": "0" } },
  { kind: "status", status: 500, accept: true },
  { kind: "status", status: 502 },
  { kind: "status", status: 503, accept: true },
  { kind: "drop", accept: true },
  { kind: "drop", accept: false },
  { kind: "hang", accept: true },
  { kind: "malformed", shape: "truncated", accept: true },
  { kind: "malformed", shape: "no_id", accept: true },
  { kind: "malformed", shape: "empty", accept: false },
  { kind: "late_listing", ms: 100 },
  { kind: "latency", ms: 50 },
];

/** One send: so many people, some of them twice, some no numbers, some rejected by the provider, perhaps expiring. */
const sends = fc.record({
  size: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 3_000 })),
  duplicates: fc.integer({ min: 0, max: 5 }),
  invalid: fc.integer({ min: 0, max: 5 }),
  rejected: fc.array(fc.nat(2_999), { maxLength: 3 }),
  isNamed: fc.boolean(),
  hasParameters: fc.boolean(),
  expiresInMs: fc.option(fc.integer({ min: 1, max: 1_500 }), { freq: 4 }),
});

const runs = fc.record({
  sends: fc.array(sends, { minLength: 1, maxLength: 4 }),
  faults: fc.array(
    fc.record({ action: fc.constantFrom(...ACTIONS), skip: fc.nat(6), times: fc.integer({ min: 1, max: 3 }) }),
    {
      maxLength: 5,
    },
  ),
  /** When the connections of the workers to Redis are cut, in requests that the provider has had by then. */
  cuts: fc.array(fc.nat(8), { maxLength: 2 }),
  /** Which sends somebody writes something else over, and when. */
  changes: fc.array(fc.record({ send: fc.nat(3), requests: fc.nat(8) }), { maxLength: 2 }),
});

/** What is written over a send is to so many people more: beyond what may be twice or no number in it. */
const MORE_PEOPLE = 17;

type Run = typeof runs extends fc.Arbitrary<infer T> ? T : never;

let redis: Redis;
let prefix: string;
let region = 0;

beforeAll(() => {
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  prefix = ownPrefix();
});

afterAll(async () => {
  await dropPrefix(prefix);
  redis.disconnect();
});

it("accounts for everybody of every send, as the provider and the counters did, and texts nobody twice, whatever goes wrong and whatever is written over it", async () => {
  let settled = 0;
  await fc.assert(
    fc.asyncProperty(runs, async (run) => {
      settled += await expectAllAccounted(run);
    }),
    { interruptAfterTimeLimit: TIME_LIMIT_MS, numRuns: 60, endOnFailure: true },
  );
  // However slow the machine is, it must not pass because nothing was tried.
  expect(settled).toBeGreaterThan(5);
}, 120_000);

/** @returns the number of sends */
async function expectAllAccounted(run: Run): Promise<number> {
  region += 1;
  const name = `region${region}`;
  const emulator = await startEmulator();
  const queue = new Queue(`volley-${name}`, { connection: redis, prefix });
  const own = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  let counted = noRecipients(0);
  const worker = await startWorker(name, emulator, own, (recipients) => (counted = addCounts(counted, recipients)));
  try {
    for (const { action, skip, times } of run.faults) {
      emulator.faults.add({ action, skip, times, match: { method: skip % 3 === 0 ? "GET" : "POST" } });
    }
    const asked = run.sends.map((send, index) => askOf(send, index * 10_000, emulator));
    const jobs = await queue.addBulk(asked.map(({ data }) => ({ name: "send", data })));
    for (const cut of run.cuts) {
      await eventually(async () => emulator.stats().requests >= cut || (await isDone(queue)), "requests");
      own.disconnect(true);
    }
    const written = asked.map(({ to }, index) => people(to.length + MORE_PEOPLE, 5_000_000 + index * 10_000));
    for (const { send, requests } of run.changes) {
      await eventually(async () => emulator.stats().requests >= requests || (await isDone(queue)), "requests");
      const at = send % jobs.length;
      const job = await queue.getJob(String(jobs[at]?.id));
      await job?.updateData({ from: "Volley", body: "Another text", to: written[at] });
    }
    let settled = noRecipients(0);
    for (const [index, { id }] of jobs.entries()) {
      const result = await eventually(async () => resultOf(queue, String(id)), `the end of send ${index}`);
      const [before = [], after = []] = [asked[index]?.to, written[index]];
      settled = addCounts(settled, result.recipients);
      // Of one content or the other, and never of both.
      expectAccounted(result, result.recipients.requested === after.length ? after : before, emulator);
      expect([...before, ...after].filter((number) => emulator.timesTexted(number) > 1)).toEqual([]);
    }
    expect({ ...counted, requested: 0 }).toEqual({ ...settled, requested: 0 });
    return jobs.length;
  } finally {
    await worker.close();
    await queue.close();
    own.disconnect();
    await emulator.close();
  }
}

async function startWorker(
  name: string,
  emulator: Emulator,
  connection: Redis,
  count: (recipients: RecipientCounts) => void,
): Promise<VolleyWorker> {
  const client = createSinchClient({ baseUrl: emulator.url, servicePlanId: "plan", apiToken: "token", timeoutMs: 400 });
  return startVolleyWorker({
    redis: connection,
    prefix,
    log: { debug: say, info: say, warn: say, error: say },
    regions: [{ name, client, concurrency: 4, timeoutMs: 400 }],
    settings: { unknownHoldMs: 200, probeIntervalMs: 50 },
    observer: { ...SILENT_OBSERVER, ended: ({ recipients }) => count(recipients) },
    random: () => 0,
  });
}

/** The send as it is enqueued, and everybody in it who is a number. */
function askOf(send: Run["sends"][number], first: number, emulator: Emulator): { data: object; to: string[] } {
  const to = people(send.size, first);
  const recipients = [...new Set(send.rejected.map((at) => to[at % to.length] ?? ""))];
  if (recipients.length > 0) {
    const { isNamed: named } = send;
    emulator.faults.add({ times: null, action: { kind: "reject_recipients", recipients, named } });
  }
  const expire_at =
    send.expiresInMs === null ? {} : { expire_at: new Date(Date.now() + send.expiresInMs).toISOString() };
  const names = Object.fromEntries(to.slice(0, 10).map((number) => [number, "Ann"]));
  const data = {
    from: "Volley",
    body: send.hasParameters ? "Hello ${name}" : "Hello",
    to: [
      ...to,
      ...to.slice(0, send.duplicates).map((number) => `+${number}`),
      ...Array.from({ length: send.invalid }, () => "nobody"),
    ],
    ...(send.hasParameters && { parameters: { name: { ...names, default: "you" } } }),
    ...expire_at,
  };
  return { data, to };
}

async function isDone(queue: Queue): Promise<boolean> {
  const counts = await queue.getJobCounts("wait", "active", "delayed", "prioritized", "waiting-children");
  return Object.values(counts).every((count) => count === 0);
}

async function resultOf(queue: Queue, id: string): Promise<SendResult | null> {
  const job = await queue.getJob(id);
  if (job?.failedReason) throw new Error(`a send failed: ${job.failedReason}`);
  return job?.finishedOn === undefined ? null : sendResultSchema.parse(job.returnvalue);
}

function expectAccounted({ recipients, batches }: SendResult, to: readonly string[], emulator: Emulator): void {
  const { requested, ...ended } = recipients;
  const times = to.map((number) => emulator.timesTexted(number));
  const once = times.filter((count) => count === 1).length;
  expect(Object.values(ended).reduce((sum, count) => sum + count, 0)).toBe(requested);
  expect(requested).toBeGreaterThanOrEqual(to.length);
  expect(times.filter((count) => count > 1)).toEqual([]);
  // Of those about whom nobody knows, some may have been texted; everybody else is where the provider has them.
  const inBatches = emulator.batches().filter(({ id }) => batches.some((batch) => batch.id === id));
  expect(inBatches.reduce((sum, batch) => sum + batch.to.length, 0)).toBe(recipients.accepted);
  expect(recipients.accepted).toBeLessThanOrEqual(once);
  expect(once).toBeLessThanOrEqual(recipients.accepted + recipients.unknown);
}
