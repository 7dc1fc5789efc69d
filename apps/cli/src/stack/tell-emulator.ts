import { CliError } from "../exit/cli-error.ts";
import { planOf } from "./stack-environment.ts";

/** Where callbacks go, and what they are signed with. */
export type CallbackPlaces = {
  readonly emulatorUrl: string;
  readonly webhooksUrl: string;
  /** By region. */
  readonly secrets: ReadonlyMap<string, string>;
};

/** Does for each plan of the emulator what somebody does in the provider's dashboard. */
export async function tellEmulator({ emulatorUrl, webhooksUrl, secrets }: CallbackPlaces): Promise<void> {
  for (const [region, secret] of secrets) {
    const url = callbackUrl(webhooksUrl, region);
    const answer = await fetch(`${emulatorUrl}/emulator/callbacks`, {
      method: "PUT",
      body: JSON.stringify({ plan: planOf(region), report_url: url, inbound_url: url, secret }),
    });
    if (!answer.ok) throw new CliError(`the emulator does not take where callbacks go (${answer.status})`);
  }
}

/** Where the callbacks of a region go. */
export function callbackUrl(webhooksUrl: string, region: string): string {
  return `${webhooksUrl}/v1/callbacks/${region}`;
}
