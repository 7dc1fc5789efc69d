export { startRelay } from "./feed/start-relay.ts";
export type { Relay } from "./feed/start-relay.ts";
export { createQueueSink, EVENTS_QUEUE } from "./queue/queue-sink.ts";
export type { QueueSinkOptions } from "./queue/queue-sink.ts";
export type { RelayLog, RelayOptions } from "./terms/relay-options.ts";
export type { Sink } from "./terms/sink.ts";
