export type { Relay } from "./feed/start-relay.ts";
export { startRelay } from "./feed/start-relay.ts";
export { createQueueSink, EVENTS_QUEUE } from "./queue/queue-sink.ts";
export type { QueueSinkOptions } from "./queue/queue-sink.ts";
export { relayEvents } from "./start/relay-events.ts";
export type { RelayEvents } from "./start/relay-events.ts";
export type { EventsPlace, RelayLog, RelayObserver, RelayOptions } from "./terms/relay-options.ts";
export type { Sink } from "./terms/sink.ts";
