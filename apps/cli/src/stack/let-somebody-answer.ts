import { CliError } from "../exit/cli-error.ts";
import { planOf } from "./stack-environment.ts";

/** What somebody texts, and to which of our numbers. All of it is made up. */
export type Answer = {
  readonly region: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
};

/** What the emulator takes for a message from a phone. */
export function inboundOf({ region, from, to, body }: Answer): object {
  return { plan: planOf(region), from, to, body };
}

/** Lets the emulator call back with a message from a phone. @returns the provider's ID of it */
export async function letSomebodyAnswer(emulatorUrl: string, answer: Answer): Promise<string> {
  const response = await fetch(`${emulatorUrl}/emulator/inbounds`, {
    method: "POST",
    body: JSON.stringify(inboundOf(answer)),
  });
  if (!response.ok) throw new CliError(`the emulator does not take a message from a phone (${response.status})`);
  return ((await response.json()) as { id: string }).id;
}
