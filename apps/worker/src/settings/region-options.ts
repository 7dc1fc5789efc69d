import { createSinchClient } from "@volley/sinch";
import type { RegionOptions } from "@volley/worker";
import type { OutboundSettings } from "./outbound-settings.ts";
import type { RegionSettings } from "./region-settings.ts";

/** What the worker needs for one region: its limits, and a client that knows who calls and which way requests leave. */
export function regionOptions(settings: RegionSettings, { authUrl, ...connection }: OutboundSettings): RegionOptions {
  const { baseUrl, auth, secrets, pollMs: _, replies: __, repliesPerMinute: ___, ...region } = settings;
  const client = createSinchClient({
    baseUrl,
    auth: auth.kind === "project" && authUrl !== undefined ? { ...auth, authUrl } : auth,
    ...(secrets !== undefined && { secrets }),
    timeoutMs: region.timeoutMs,
    ...connection,
  });
  return { ...region, client };
}
