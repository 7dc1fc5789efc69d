import type { Emulator } from "@volley/emulator";
import type { ProviderBatch } from "../chaos/provider.ts";

/** What an emulator in this process has accepted, as the judge reads it. */
export function batchesOf(emulator: Emulator): ProviderBatch[] {
  return emulator.batches().map(({ id, plan, to, accepted_at, withdrawn, client_reference }) => ({
    id,
    plan,
    to,
    accepted_at,
    withdrawn,
    request: {},
    ...(client_reference !== undefined && { client_reference }),
  }));
}
