import { Readable } from "node:stream";
import { Pool } from "undici";
import { nameOf, people, person } from "../children/people.ts";
import type { Measurement, Threshold } from "../measurement.ts";
import { cpuMsOf, peakBytesOf } from "../process-cost.ts";
import type { Row, RowSetting } from "../row.ts";
import { pairedRatios, spreadOf } from "../statistics.ts";
import { type Door, headersOf, type Load, load, withApi } from "./api-door.ts";

const AT_ONCE = 64;

/** They wait for each other for a few milliseconds. */
const MESSAGES_AT_ONCE = 500;

const FROM = "12015550123";

const TEXT = "The doors open at seven.";

const NAMED_TEXT = "Hi ${name}, the doors open at seven. See you!";

/** Of the compiler and the connections; not measured. */
const WARM_UP = 2_000;

const FLAT: Threshold = { kind: "at_most", value: 1.3 };

/** Lines of one piece of an upload. */
const LINES = 1_000;

const KINDS = { "text/csv": (number: string) => number, "application/x-ndjson": (number: string) => `"${number}"` };

/** What the HTTP API costs: requests to one person, and uploads of any length. */
export const api: Row = {
  number: 18,
  name: "api",
  about:
    "the HTTP API: requests per second and core beside a bare fastify route, messages beside producer.coalesce; memory of an " +
    "upload of 1,000,000 lines",
  run: async (setting) => ({
    measurements: [
      await requests(setting),
      await messages(setting),
      await upload(setting, "text/csv"),
      await upload(setting, "application/x-ndjson"),
    ],
    notes: [],
  }),
};

async function requests(setting: RowSetting): Promise<Measurement> {
  const count = setting.scaled(10_000, 1_000);
  return withApi(setting, async (ours, rig) => {
    const child = rig.startChild("bare-api");
    const { url } = await child.ask<{ readonly url: string }>("listen", { redisUrl: rig.redisUrl });
    const bare: Door = { url, pid: child.pid, key: ours.key };
    const rateOf = async (door: Door, path: string, { count: some, round }: Pick<Load, "count" | "round">) => {
      return perCore(door.pid, some, async () =>
        load(door, { path, count: some, atOnce: AT_ONCE, round, bodyOf: sendTo }),
      );
    };
    const measured = await inTurns(setting, count, {
      ours: async (round) => rateOf(ours, "/v1/sends", round),
      baseline: async (round) => rateOf(bare, "/sends", round),
    });
    return {
      name: `POST /v1/sends to one person, ${count.toLocaleString("en")} requests, ${AT_ONCE} at once`,
      unit: "requests/s and core",
      ...measured("bare fastify route"),
      threshold: { kind: "at_least", value: 0.7 },
      costs: [],
    };
  });
}

async function messages(setting: RowSetting): Promise<Measurement> {
  const count = setting.scaled(20_000, 2_000);
  return withApi(setting, async (ours, rig) => {
    const producer = await rig.startProducer();
    const path = "/v1/messages";
    const measured = await inTurns(setting, count, {
      ours: async ({ count: some, round }) =>
        perCore(ours.pid, some, async () =>
          load(ours, { path, count: some, atOnce: MESSAGES_AT_ONCE, round, bodyOf: messageTo }),
        ),
      baseline: async ({ count: some, round }) =>
        perCore(producer.pid, some, async () => {
          await producer.ask("coalesce", { count: some, region: "us", key: round, atOnce: MESSAGES_AT_ONCE });
        }),
    });
    return {
      name: `POST /v1/messages, ${count.toLocaleString("en")} messages, ${MESSAGES_AT_ONCE} at once`,
      unit: "messages/s and core",
      ...measured("producer.coalesce"),
      threshold: { kind: "at_least", value: 0.5 },
      costs: [],
    };
  });
}

function sendTo(index: number): object {
  return { region: "us", from: FROM, to: [person(index)], body: TEXT };
}

function messageTo(index: number): object {
  return { region: "us", from: FROM, to: person(index), body: NAMED_TEXT, parameters: { name: nameOf(index) } };
}

type Turn = (load: Pick<Load, "count" | "round">) => Promise<number>;

/** Measures ours and a baseline after each other, again and again, when both are warm. */
async function inTurns(
  { rounds, say }: RowSetting,
  count: number,
  { ours, baseline }: { readonly ours: Turn; readonly baseline: Turn },
) {
  const rates: { readonly ours: number[]; readonly baseline: number[] } = { ours: [], baseline: [] };
  for (const turn of [ours, baseline]) await turn({ count: WARM_UP, round: "warm" });
  for (let round = 1; round <= rounds; round += 1) {
    rates.ours.push(await ours({ count, round: String(round) }));
    rates.baseline.push(await baseline({ count, round: String(round) }));
    say(`round ${round}: ${Math.round(rates.ours.at(-1) ?? 0)}, beside ${Math.round(rates.baseline.at(-1) ?? 0)}`);
  }
  return (name: string): Pick<Measurement, "ours" | "baseline" | "ratio"> => ({
    ours: spreadOf(rates.ours),
    baseline: { name, spread: spreadOf(rates.baseline) },
    ratio: spreadOf(pairedRatios(rates.ours, rates.baseline)),
  });
}

/** How many a process does in a second of its own time. */
async function perCore(pid: number, count: number, work: () => Promise<void>): Promise<number> {
  const before = cpuMsOf(pid);
  await work();
  return (count * 1_000) / (cpuMsOf(pid) - before);
}

async function upload(setting: RowSetting, type: keyof typeof KINDS): Promise<Measurement> {
  const [small, large] = [setting.scaled(100_000, 20_000), setting.scaled(1_000_000, 100_000)];
  const peaks: { readonly small: number[]; readonly large: number[] } = { small: [], large: [] };
  const peakOf = async (count: number): Promise<number> =>
    withApi(setting, async (door) => {
      await stream(door, type, count);
      return peakBytesOf(door.pid) / 1e6;
    });
  for (let round = 1; round <= setting.rounds; round += 1) {
    peaks.small.push(await peakOf(small));
    peaks.large.push(await peakOf(large));
    setting.say(`${type}: ${Math.round(peaks.small.at(-1) ?? 0)} MB, ${Math.round(peaks.large.at(-1) ?? 0)} MB`);
  }
  return {
    name: `peak memory of the API, ${large.toLocaleString("en")} lines of ${type}`,
    unit: "MB",
    ours: spreadOf(peaks.large),
    baseline: { name: small.toLocaleString("en"), spread: spreadOf(peaks.small) },
    ratio: spreadOf(pairedRatios(peaks.large, peaks.small)),
    threshold: FLAT,
    costs: [],
  };
}

async function stream({ url, key }: Door, type: keyof typeof KINDS, count: number): Promise<void> {
  const lineOf = KINDS[type];
  const pieces = async function* (): AsyncGenerator<string> {
    if (type === "text/csv") yield "phone\n";
    for (let first = 0; first < count; first += LINES) {
      yield `${[...people(Math.min(LINES, count - first), first)].map(lineOf).join("\n")}\n`;
    }
  };
  const answer = await new Pool(url, { bodyTimeout: 0, headersTimeout: 0 }).request({
    method: "POST",
    path: "/v1/sends?region=us&from=12015550123&body=Hi",
    body: Readable.from(pieces()),
    headers: headersOf(key, type, `${type} ${count}`),
  });
  const body = (await answer.body.json()) as { readonly recipients?: { readonly valid: number } };
  if (body.recipients?.valid !== count) throw new Error(`an upload was answered with ${answer.statusCode}`);
}
