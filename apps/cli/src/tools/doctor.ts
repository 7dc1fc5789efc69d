import { regionVariable } from "@volley/contract";
import { describeRedis, type RedisSettings } from "@volley/runtime";
import type { Command } from "commander";
import type { CommandContext } from "../commands/command-context.ts";
import { CliError } from "../exit/cli-error.ts";
import { connectProducer } from "../redis/connect-producer.ts";
import { withRedis } from "../redis/with-redis.ts";
import { paintFor } from "../terminal/paint.ts";
import { type Finding, findingLines, FOUND } from "./finding.ts";
import { processFindings } from "./process-findings.ts";
import { redisFindings } from "./redis-findings.ts";
import { reportFinding } from "./report-finding.ts";
import { credentialFinding, workerFindings } from "./region-findings.ts";

type Flags = { readonly json: boolean; readonly regions?: string };

/** Adds `doctor`: whether everything is as it must be. */
export function addDoctor(program: Command, context: CommandContext): void {
  program
    .command("doctor")
    .description("look at Redis, settings, workers and credentials; exit code 1 where something fails")
    .option("--regions <names>", "whose credentials are tried: eu,us; without it those of VOLLEY_REGIONS")
    .option("--json", "the findings as JSON: [{ what, state, said, todo }]", false)
    .action(async ({ json, regions = context.environment["VOLLEY_REGIONS"] ?? "" }: Flags) => {
      const names = regions.split(",").flatMap((name) => name.trim() || []);
      const findings = await findingsOf(context, names);
      const paint = paintFor(context.output);
      const lines = json
        ? [JSON.stringify(findings, null, 2)]
        : findings.flatMap((finding) => findingLines(finding, paint));
      context.output.write(`${lines.join("\n")}\n`);
      const count = findings.filter(({ state }) => state === "fail").length;
      if (count > 0) throw new CliError(`${count === 1 ? "one thing is" : `${count} things are`} not as it must be`);
    });
}

async function findingsOf(
  { place, environment, unread }: CommandContext,
  regions: readonly string[],
): Promise<Finding[]> {
  const settings = unread.map((sentence) => FOUND.warn("settings", sentence, "docs/settings.md has every one"));
  const [first] = regions;
  const credentials = await Promise.all(regions.map(async (region) => credentialFinding(environment, region)));
  return [
    ...(await redisAndWorkers(place)),
    ...(settings.length > 0 ? settings : [FOUND.ok("settings", "each one that is set is read")]),
    ...(first === undefined
      ? [FOUND.warn("credentials", "none was tried", "--regions eu, where VOLLEY_EU_… are set as for the worker")]
      : credentials),
  ];
}

/** Without Redis nothing else of Volley can be asked. */
async function redisAndWorkers(place: CommandContext["place"]): Promise<Finding[]> {
  const { redis, stores = [], signal } = place;
  const home = await tried(redis, "look at REDIS_URL", signal);
  if (stores.length === 0 && home.processes === null) return [...home.set];
  const work = await connectProducer(place, async (producer) => [
    ...(await workerFindings(producer)),
    await reportFinding(producer, new Date()),
  ]).catch((error: unknown) => {
    signal?.throwIfAborted();
    return [FOUND.fail("workers", "not all of them can be looked at", error instanceof Error ? error.message : "")];
  });
  const apart = stores.map(async ({ regions, redis: own }) => {
    const advice = `look at ${regions.map((region) => `VOLLEY_${regionVariable(region)}_REDIS_URL`).join(", ")}`;
    const found = await tried(own, advice, signal);
    return found.set.map((finding) => ({ ...finding, what: `${finding.what} of ${regions.join(", ")}` }));
  });
  return [...home.set, ...(await Promise.all(apart)).flat(), ...work, ...(home.processes ?? [])];
}

/** What a Redis is like, and who is connected to it; nobody where it does not answer. */
type RedisLook = { readonly set: readonly Finding[]; readonly processes: readonly Finding[] | null };

async function tried(redis: RedisSettings, advice: string, signal: AbortSignal | undefined): Promise<RedisLook> {
  try {
    return await withRedis(
      redis,
      async (client) => ({ set: await redisFindings(client), processes: await processFindings(client) }),
      { signal },
    );
  } catch (error) {
    signal?.throwIfAborted();
    const said = `${describeRedis(redis)} does not answer as it should`;
    return { set: [FOUND.fail("redis", said, error instanceof Error ? error.message : advice)], processes: null };
  }
}
