import { startRedis } from "@volley/local-redis";
import { type MutationArguments, readMutationArguments, USAGE } from "./mutation-arguments.ts";
import { mutateFile } from "./mutate-file.ts";
import { createWorkplace } from "./workplace.ts";

/** Below this a file's tests do not hold what they promise. */
const LEAST_PERCENT = 85;

const given = readMutationArguments(process.argv.slice(2));
if (given === null) process.stdout.write(USAGE);
else process.exitCode = await main(given);

/** @returns the exit code: 0 when every file that was tried is well tested */
async function main({ targets, minutes }: MutationArguments): Promise<number> {
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupt.abort());
  const untilMs = performance.now() + minutes * 60_000;
  const redis = await startRedis({ prefer: "server", say: console.log });
  const workplace = createWorkplace(console.log);
  let poor = 0;
  const left = [...targets];
  try {
    console.log("| file | killed | survived | % |\n| --- | ---: | ---: | ---: |");
    for (let next = left[0]; next && performance.now() < untilMs && !interrupt.signal.aborted; next = left[0]) {
      left.shift();
      const { killed, survived, percent, survivors } = await mutateFile(workplace, next, {
        redisUrl: redis.url,
        signal: interrupt.signal,
      });
      if (percent !== null && percent < LEAST_PERCENT) poor += 1;
      console.log(`| ${next.name} | ${killed} | ${survived} | ${percent?.toFixed(0) ?? "–"} |`);
      for (const survivor of survivors) console.error(`  ${next.source}:${survivor}`);
    }
  } finally {
    workplace.remove();
    await redis.stop();
  }
  if (left.length > 0) console.log(`not reached: ${left.map(({ name }) => name).join(", ")}`);
  if (poor > 0) console.log(`${poor} with less than ${LEAST_PERCENT} % killed`);
  return poor > 0 || interrupt.signal.aborted ? 1 : 0;
}
