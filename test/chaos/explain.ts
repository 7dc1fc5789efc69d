import type { RequestRecord } from "@volley/emulator";
import type { Job, Queue } from "bullmq";
import type { CarefulService } from "./careful-service.ts";
import { sinceStart, type Diary } from "./diary.ts";
import type { Violation } from "./judge.ts";
import type { Provider, ProviderBatch } from "./provider.ts";
import type { EndedSend } from "./wait-for-ends.ts";
import type { WorkerCrew } from "./worker-crew.ts";

/** What is looked into. */
export type Evidence = {
  readonly service: CarefulService;
  readonly provider: Provider;
  readonly crew: WorkerCrew;
  readonly diary: Diary;
  readonly sends: readonly EndedSend[];
  readonly batches: readonly ProviderBatch[];
};

/** More than these are only counted. */
const MOST_EXPLAINED = 5;
const MOST_JOBS = 6;

/** What is around a time belongs to it. */
const AROUND_MS = 20_000;

/** Everything that it takes to find the cause of each violation, in lines. */
export async function explain(violations: readonly Violation[], evidence: Evidence): Promise<string[]> {
  const keys = [...new Set(violations.flatMap(({ key }) => (key === null ? [] : [key])))];
  const requests = await evidence.provider.requests();
  const lines = violations.slice(0, 20).map(({ kind, key, text }) => `${kind} ${key ?? "-"}: ${text}`);
  for (const key of keys.slice(0, MOST_EXPLAINED)) {
    const send = evidence.sends.find(({ asked }) => asked.key === key);
    if (send) lines.push(...(await explainSend(send, evidence, requests)));
  }
  return lines;
}

async function explainSend(
  { asked, end }: EndedSend,
  evidence: Evidence,
  requests: readonly RequestRecord[],
): Promise<string[]> {
  const { batches, service, diary } = evidence;
  const own = new Set(asked.numbers);
  const ownBatches = batches.filter(({ to }) => to.some((number) => own.has(number)));
  const lines = [
    "",
    `== ${asked.key} in ${asked.region}: ${asked.numbers.length} recipients`,
    `job ${asked.id}, put on the queue ${asked.times} times, last at ${sinceStart(diary.startedAt, asked.confirmedAt)}, ${end.kind}`,
    ...ownBatches.map(
      ({ id, client_reference, accepted_at, to }) =>
        `batch ${id} ${client_reference ?? ""} accepted ${sinceStart(diary.startedAt, accepted_at)}, ${to.length} recipients`,
    ),
  ];
  const suspects = suspectJobs(asked.id, asked.numbers.length, ownBatches);
  for (const id of suspects) lines.push(...(await explainJob(service.queue(asked.region), id, evidence, requests)));
  const times = ownBatches.map(({ accepted_at }) => accepted_at);
  const [from, to] = [Math.min(...times, asked.confirmedAt), Math.max(...times, asked.confirmedAt)];
  lines.push(
    "-- done to the system around these times:",
    ...diary.entries
      .filter(({ at }) => at >= from - AROUND_MS && at <= to + AROUND_MS)
      .map(({ at, text }) => `${sinceStart(diary.startedAt, at)} ${text}`),
  );
  return lines;
}

/** The jobs that texted somebody more than once; when there are none, the send and its first parts. */
function suspectJobs(id: string, recipients: number, batches: readonly ProviderBatch[]): string[] {
  const counts = new Map<string, number>();
  for (const number of batches.flatMap(({ to }) => to)) counts.set(number, (counts.get(number) ?? 0) + 1);
  const twice = batches.filter(({ to }) => to.some((number) => (counts.get(number) ?? 0) > 1));
  const repeated = [...new Set(twice.map(({ client_reference }) => jobOf(client_reference) ?? id))];
  if (repeated.length > 0) return [id, ...repeated.filter((job) => job !== id)].slice(0, MOST_JOBS);
  const parts = recipients > 1_000 ? Math.ceil(recipients / 1_000) : 0;
  return [id, ...Array.from({ length: parts }, (_, part) => `${id}.p${part}`)].slice(0, MOST_JOBS);
}

/** A reference ends with the job's ID and the mark of the lot. */
function jobOf(reference: string | undefined): string | undefined {
  return reference
    ?.split("~")
    .at(-1)
    ?.replace(/\.\d+$/, "");
}

async function explainJob(
  queue: Queue,
  id: string,
  { diary, crew }: Evidence,
  requests: readonly RequestRecord[],
): Promise<string[]> {
  const job = (await queue.getJob(id)) as Job | undefined;
  if (job === undefined) return [`-- job ${id} is not there`];
  const { logs } = await queue.getJobLogs(id);
  const asks = requests.filter(({ method, query }) => method === "GET" && query.includes(encodeURIComponent(id)));
  return [
    `-- job ${id}: ${await job.getState()}, created ${sinceStart(diary.startedAt, job.timestamp)}, picked up ${job.attemptsStarted} times, ` +
      `stalled ${job.stalledCounter} times, note ${JSON.stringify(job.progress)}`,
    ...(job.failedReason ? [`failed: ${job.failedReason}`] : []),
    ...logs.map((line) => `log: ${line}`),
    ...asks.map(({ at, status }) => `asked ${sinceStart(diary.startedAt, at)}: ${status ?? "no answer"}`),
    ...crew.linesAbout(id).map((line) => `worker: ${withTime(line, diary.startedAt)}`),
  ];
}

function withTime(line: string, startedAt: number): string {
  const time = /"time":"?([^",}]+)/.exec(line)?.[1];
  const at = time === undefined ? NaN : /^\d+$/.test(time) ? Number(time) : Date.parse(time);
  return Number.isNaN(at) ? line : `${sinceStart(startedAt, at)} ${line}`;
}
