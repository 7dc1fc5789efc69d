import type { ContainerRuntimeClient } from "testcontainers";
import type { ContainersArguments } from "./containers-arguments.ts";
import { Fleet } from "./fleet.ts";
import { buildImages, makeBaseImages } from "./images.ts";
import { type CampaignReport, runCampaign } from "./run-campaign.ts";

/** Neither success nor failure: there is nothing here to run containers with. */
const NOT_RUN = 3;

type Say = (line: string) => void;

/**
 * Builds all images and sends a campaign in containers.
 *
 * @param client - null where no engine answers
 * @returns the exit code
 */
export async function runContainers(
  { recipients }: ContainersArguments,
  client: ContainerRuntimeClient | null,
  say: Say,
): Promise<number> {
  const missing = client === null ? "no container engine answers" : makeBaseImages();
  if (client === null || missing !== null) {
    say(`Nothing was built or run in containers: ${missing}.`);
    return NOT_RUN;
  }
  await buildImages(client, say);
  const fleet = new Fleet(client);
  try {
    await fleet.start();
    say(`healthy: ${[...fleet.others.keys()].join(", ")}`);
    return answer(await runCampaign(fleet, recipients, say), say);
  } finally {
    await fleet.stop();
  }
}

function answer({ asked, lost, twice, strangers, seconds, states, problems }: CampaignReport, say: Say): number {
  for (const problem of problems) say(`wrong: ${problem}`);
  say(`every send ended as ${states.join(", ")}, ${seconds.toFixed(0)} s`);
  say(`${asked} people: ${lost} lost, ${twice} twice, ${strangers} who were not asked for`);
  return lost + twice + strangers + problems.length === 0 && states.join() === "accepted" ? 0 : 1;
}
