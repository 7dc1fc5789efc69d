import { withoutNumbers } from "@volley/contract";
import type { DryRun } from "@volley/producer";
import type { Environment } from "@volley/runtime";
import { createSinchClient, type NewBatch } from "@volley/sinch";
import { CliError } from "../exit/cli-error.ts";
import { readProviderSettings } from "./provider-settings.ts";

/** Asks the provider about batches, over connections that have to be closed. */
export type OpenDryRun = { readonly ask: DryRun; readonly close: () => void };

/**
 * Opens the way to the provider of a region.
 *
 * @throws SettingsError when the environment does not say how to reach it
 */
export function createDryRun(environment: Environment, region: string): OpenDryRun {
  const client = createSinchClient(readProviderSettings(environment, region));
  return {
    close: client.close,
    ask: async (batch) => {
      // The send was found good before: its fields are the provider's own.
      const answer = await client.batches.dryRun(batch as unknown as NewBatch);
      if (answer.kind === "ok") return answer.value;
      throw new CliError(`${answer.code}: ${withoutNumbers(answer.text)}`);
    },
  };
}
