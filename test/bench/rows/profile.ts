import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shortNumber } from "../bench-table.ts";
import { type CpuProfile, type ProfileWindow, type Share, timeSpent } from "../cpu-profile.ts";
import { createMeter } from "../meter.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { createUnbundler } from "../unbundled.ts";
import { letGo } from "./let-go.ts";
import { sendLarge } from "./send-large.ts";

/** One piece of work, done once to warm up and once to be looked at. */
type Work = (rig: Rig, round: number) => Promise<unknown>;

const SHOWN_PACKAGES = 14;
const SHOWN_FUNCTIONS = 25;

/** Where the time of one batch goes. It reports and has nothing to reach. */
export const profile: Row = {
  number: 12,
  name: "profile",
  about: "where the worker's time goes in rows 1 and 3",
  run: async (setting) => {
    const recipients = setting.scaled(1_000_000, 1_000);
    const count = setting.scaled(20_000, 100);
    const large: Work = async (rig, round) => {
      const producer = await rig.startProducer();
      const rate = await sendLarge(rig, producer, createMeter({}), { key: `${round}`, region: "us", recipients });
      await producer.stop();
      return rate;
    };
    const singles: Work = async (rig, round) => {
      const place = { redisUrl: rig.redisUrl, queue: "volley-us", prefix: "{volley}" };
      const adder = rig.startChild("job-adder");
      await rig.provider.reset();
      await rig.queue("us").pause();
      await adder.ask("singles", { ...place, count, name: "send", idPrefix: `${round}-round`, hasOwnText: true });
      await adder.stop();
      return letGo(rig, rig.queue("us"), createMeter({}), count);
    };
    return {
      measurements: [],
      notes: [
        ...(await explain(setting, 10, `${recipients.toLocaleString("en")} recipients of one send`, large, recipients)),
        ...(await explain(setting, 50, `${count.toLocaleString("en")} sends of one recipient each`, singles, count)),
      ],
    };
  },
};

async function explain(
  setting: RowSetting,
  atOnce: number,
  what: string,
  work: Work,
  recipients: number,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "volley-profile-"));
  const rig = await openRig(setting);
  try {
    const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`, "--cpu-prof-interval=500"];
    const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(atOnce) }, flags);
    await work(rig, 1);
    // The second round's own beginning is enqueueing, in which the worker is idle.
    const fromUs = nowUs();
    await work(rig, 2);
    const window = { fromUs, toUs: nowUs() };
    setting.say(`${what}: profiled`);
    // It writes its profile when it ends.
    await worker.stop();
    return inWords(what, readProfile(folder), window, recipients);
  } finally {
    await rig.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

function readProfile(folder: string): CpuProfile {
  const file = readdirSync(folder).find((name) => name.endsWith(".cpuprofile"));
  if (file === undefined) throw new Error("the worker has written no profile");
  const read = JSON.parse(readFileSync(join(folder, file), "utf8")) as CpuProfile;
  const unbundle = createUnbundler();
  return { ...read, nodes: read.nodes.map((node) => ({ ...node, callFrame: unbundle(node.callFrame) })) };
}

function inWords(what: string, read: CpuProfile, window: ProfileWindow, recipients: number): string[] {
  const { busyMs, byPackage, byFunction, withCallees } = timeSpent(read, window);
  const each = shortNumber((busyMs * 1_000) / recipients);
  return [
    "",
    `${what}: the worker was busy for ${shortNumber(busyMs)} ms, ${each} µs per recipient, with the profiler running.`,
    ...table("package, self time", byPackage.slice(0, SHOWN_PACKAGES)),
    ...table("function, self time", byFunction.slice(0, SHOWN_FUNCTIONS)),
    ...table("function of ours, with what it calls", withCallees.slice(0, SHOWN_FUNCTIONS)),
  ];
}

function table(head: string, shown: readonly Share[]): string[] {
  return [
    "",
    `| ${head} | time | ms |`,
    "| --- | --: | --: |",
    ...shown.map(({ name, share, ms }) => `| ${name} | ${(share * 100).toFixed(1)} % | ${shortNumber(ms)} |`),
  ];
}
