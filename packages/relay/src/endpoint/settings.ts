import type { BlockList } from "node:net";

/** How events are delivered to endpoints. */
export type EndpointSettings = {
  /** Private networks that requests may go to. @default none */
  readonly networks: BlockList;
  /** How long an endpoint has for its answer, in milliseconds. */
  readonly timeoutMs: number;
  /** How long after each failure an event is tried again, in milliseconds; after the last one it is given up. */
  readonly retryMs: readonly number[];
  /** How long an endpoint may fail at every request before it is disabled, in milliseconds. */
  readonly disableAfterMs: number;
  /** Requests to one endpoint at a time. */
  readonly inFlight: number;
};

const HOUR_MS = 60 * 60 * 1_000;

/** What holds where nobody says otherwise; networks are none. */
export const DEFAULT_ENDPOINT_SETTINGS: Omit<EndpointSettings, "networks"> = {
  timeoutMs: 15_000,
  retryMs: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map((seconds) => seconds * 1_000),
  disableAfterMs: 120 * HOUR_MS,
  inFlight: 10,
};
