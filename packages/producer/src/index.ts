export type { Cancellation } from "./cancel.ts";
export type { Enqueued, EnqueueOptions } from "./enqueue.ts";
export { createProducer } from "./producer.ts";
export type { ChangesOption, Producer, ProducerOptions, RegionOption, WaitOption } from "./producer.ts";
export { ProducerError } from "./producer-error.ts";
export type { ProducerErrorCode } from "./producer-error.ts";
export type { RedisTarget } from "./redis-link.ts";
export type { SendStatus } from "./send-status.ts";
