export { type Carrier, currentCarrier, isTracing, readCarrier } from "./carrier.ts";
export type { Span } from "@opentelemetry/api";
export { failed, inSpan, type SpanOptions } from "./in-span.ts";
export { type JobTrace, jobTrace, readTrace, traceOfJob } from "./job-trace.ts";
