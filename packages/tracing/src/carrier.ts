import { type Context, context, propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";

/** Which trace something belongs to, as the W3C's Trace Context writes it. */
export type Carrier = { readonly traceparent: string; readonly tracestate?: string };

/** The longest `tracestate` that must be passed on (W3C Trace Context, 3.3.1.5), in characters. */
const LONGEST_STATE = 512;

const PARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/** Whether somebody traces in this process. */
export function isTracing(): boolean {
  const provider: unknown = trace.getTracerProvider();
  const delegate: unknown = Reflect.get(Object(provider), "getDelegateTracer");
  // Behind OpenTelemetry's own there is none until one is registered.
  return typeof delegate !== "function" || delegate.call(provider, "volley") !== undefined;
}

/** @returns the trace of what is being done; `null` where there is none */
export function currentCarrier(): Carrier | null {
  const carried: Record<string, unknown> = {};
  // Baggage is whatever somebody put into it, and stays where it is.
  propagation.inject(context.active(), carried);
  return readCarrier(carried);
}

/** Reads a carrier out of headers, or of what else has these fields. @returns `null` where there is none that can be read */
export function readCarrier(fields: unknown): Carrier | null {
  const { traceparent, tracestate } = Object(fields) as Record<string, unknown>;
  if (typeof traceparent !== "string" || !PARENT.test(traceparent)) return null;
  const isState = typeof tracestate === "string" && tracestate !== "" && tracestate.length <= LONGEST_STATE;
  return isState ? { traceparent, tracestate } : { traceparent };
}

/** What is done in it goes on with that trace. */
export function contextOf(carrier: Carrier | null): Context {
  return carrier === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, carrier);
}
