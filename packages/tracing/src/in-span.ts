import { type Attributes, context, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { type Carrier, contextOf } from "./carrier.ts";

/** What a span is about, and whose child it is. */
export type SpanOptions = {
  /** As the semantic conventions of OpenTelemetry have it: an operation and where it goes, never whom it is about. */
  readonly name: string;
  readonly kind: "producer" | "consumer" | "client" | "server";
  /** Names, numbers and outcomes: no recipient, no text, no credential. */
  readonly attributes?: Attributes;
  /** Where it goes on; `null` begins a trace. @default with what is being done */
  readonly parent?: Carrier | null;
  /** What was thrown to say something, and has not failed. @default nothing */
  readonly isExpected?: (error: unknown) => boolean;
};

const KINDS = {
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
} as const;

/** What an error may be called in a trace. */
const PLAIN_NAME = /^[A-Za-z]\w{0,60}$/;

/**
 * Does something within a span. Where nobody traces it is done, and that is all.
 *
 * An error is named by its code or its class, and its message stays out: it may say whom it was about.
 */
export async function inSpan<T>(options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const { name, kind, attributes = {}, parent, isExpected = () => false } = options;
  const from = parent === undefined ? context.active() : contextOf(parent);
  return trace.getTracer("volley").startActiveSpan(name, { kind: KINDS[kind], attributes }, from, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      if (!isExpected(error)) failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Marks a span as failed. @param error - an error, or the code of one */
export function failed(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute("error.type", nameOf(error));
}

function nameOf(error: unknown): string {
  const names = error instanceof Error ? [Reflect.get(error, "code"), error.name] : [error];
  const plain = names.find((name) => typeof name === "string" && PLAIN_NAME.test(name));
  return typeof plain === "string" ? plain : "_OTHER";
}
