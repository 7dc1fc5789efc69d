import { type Environment, SettingsError } from "@volley/runtime";
import type { Producer } from "@volley/producer";
import { createSinchClient } from "@volley/sinch";
import { readProviderSettings } from "../check-file/provider-settings.ts";
import { counted } from "../words/in-english.ts";
import { type Finding, FOUND } from "./finding.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Whether each region that workers have ever worked on sends, and who works there. */
export async function workerFindings(producer: Pick<Producer, "servedRegions" | "region">): Promise<Finding[]> {
  const regions = await producer.servedRegions();
  if (regions.length === 0) {
    return [
      FOUND.warn("workers", "no worker has ever worked here", "start one; look at REDIS_URL and VOLLEY_PREFIX of both"),
    ];
  }
  return Promise.all(
    regions.map(async (name) => {
      const { state, reason, workers } = await producer.region(name).limits();
      const what = `region ${name}`;
      const said = `${state}${reason === null ? "" : ` (${reason})`}, ${counted(workers.running, "worker")}`;
      if (state === "open" && workers.refused === 0) return FOUND.ok(what, said);
      if (state === "unattended") return FOUND.fail(what, said, "start a worker of this region");
      if (state === "paused") return FOUND.warn(what, said, `volley region resume ${name}`);
      return FOUND.fail(what, said, `volley region show ${name}, and the log of its workers`);
    }),
  );
}

/** Whether the provider takes the credentials of a region: it is asked for its newest batch, which sends and costs nothing. */
export async function credentialFinding(environment: Environment, region: string): Promise<Finding> {
  const what = `credentials of ${region}`;
  try {
    const client = createSinchClient(readProviderSettings(environment, region));
    try {
      const start = new Date(Date.now() - DAY_MS).toISOString();
      const answer = await client.batches.list({ start_date: start, page_size: 1 });
      if (answer.kind === "ok") return FOUND.ok(what, "the provider takes them");
      const todo =
        answer.kind === "unauthorized" ? "set them anew: docs/settings.md" : "try again, or look at the way there";
      return FOUND.fail(what, `the provider answers ${answer.code}`, todo);
    } finally {
      client.close();
    }
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return FOUND.fail(what, "they are not set here, or wrong", error.problems.join("; "));
  }
}
