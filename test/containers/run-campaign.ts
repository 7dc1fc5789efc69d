import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { StartedTestContainer } from "testcontainers";
import { eventually } from "../stage/eventually.ts";
import { people } from "../stage/people.ts";
import { confinementProblems } from "./confinement.ts";
import type { Fleet } from "./fleet.ts";
import { type CampaignVerdict, judgeCampaign } from "./judge-campaign.ts";

const SENDS = 8;
const CUT_OFF_MS = 10_000;
const PROGRESS_MS = 120_000;
const END_MS = 240_000;
/** The emulator's page of batches; there are fewer. */
const ALL = 100_000;

type Batches = { readonly batches: readonly { readonly to: readonly string[] }[] };
type Listed = { readonly sends: readonly { readonly id: string; readonly state: string | null }[] };
type Status = { readonly result: { readonly state: string } | null };

/** What a send is called in the list while it has not ended. */
const OPEN: ReadonlySet<string | null> = new Set(["scheduled", "queued", "sending", null]);

export type CampaignReport = CampaignVerdict & {
  readonly seconds: number;
  /** How the sends ended, each state once. */
  readonly states: readonly string[];
  readonly problems: readonly string[];
};

/** Sends a campaign over two workers: one is cut off Redis and later killed, the other stopped and another put in its place. */
export async function runCampaign(
  fleet: Fleet,
  recipients: number,
  say: (line: string) => void,
): Promise<CampaignReport> {
  const [first, second] = await Promise.all([fleet.startWorker(), fleet.startWorker()]);
  const problems = await problemsOf(fleet, first);
  const startedAt = performance.now();
  const asked = people(recipients);
  await enqueue(fleet, asked);
  say(`${recipients} people in ${SENDS} sends, two workers`);

  await untilTexted(fleet, recipients * 0.1);
  await fleet.cutOff(first);
  say(`cut off Redis: a worker, for ${CUT_OFF_MS / 1000} s, in the middle`);
  await pause(CUT_OFF_MS);
  await fleet.joinAgain(first);

  await untilTexted(fleet, recipients * 0.4);
  const exitCode = await fleet.stopWorker(second);
  if (exitCode !== 0) problems.push(`the worker that was stopped ended with ${exitCode}`);
  say(`stopped and removed: a worker, which ended with ${exitCode}`);
  await fleet.startWorker();

  await untilTexted(fleet, recipients * 0.65);
  await fleet.killWorker(first);
  say("killed and removed: the worker that had been cut off");

  const states = await eventually(async () => endStates(fleet), "the end of every send", END_MS);
  const texted = ((await fleet.askEmulator(`/emulator/batches?limit=${ALL}`)) as Batches).batches;
  const verdict = judgeCampaign(
    asked,
    texted.flatMap(({ to }) => to),
  );
  return { ...verdict, states, problems, seconds: (performance.now() - startedAt) / 1000 };
}

/** What any of our containers may do though it should not. */
async function problemsOf(fleet: Fleet, worker: StartedTestContainer): Promise<string[]> {
  const ours = [...fleet.others, ["worker", worker] as const].filter(([name]) => name !== "redis");
  return (await Promise.all(ours.map(async ([name, container]) => confinementProblems(name, container)))).flat();
}

async function enqueue(fleet: Fleet, asked: readonly string[]): Promise<void> {
  const size = Math.ceil(asked.length / SENDS);
  for (let index = 0; index < SENDS; index++) {
    const lines = asked.slice(index * size, (index + 1) * size).map((number) => `+${number}`);
    writeFileSync(join(fleet.folder, `${index}.csv`), ["phone", ...lines, ""].join("\n"));
    await fleet.cli("send", `/data/${index}.csv`, "--region", "us", "--from", "Volley", "--body", "Hello", "--no-wait");
  }
}

async function untilTexted(fleet: Fleet, wanted: number): Promise<void> {
  const texted = async (): Promise<boolean> =>
    ((await fleet.askEmulator("/emulator/stats")) as { readonly texted: number }).texted >= wanted;
  await eventually(texted, `${wanted} texts`, PROGRESS_MS);
}

/** @returns each state that a send has ended in, or null while one has not */
async function endStates(fleet: Fleet): Promise<readonly string[] | null> {
  await pause(1000);
  const { sends } = JSON.parse(await fleet.cli("list", "--json")) as Listed;
  if (sends.length !== SENDS || sends.some(({ state }) => OPEN.has(state))) return null;
  const ended = await Promise.all(sends.map(async ({ id }) => fleet.cli("status", id, "--json")));
  return [...new Set(ended.map((status) => (JSON.parse(status) as Status).result?.state ?? "no result"))];
}
