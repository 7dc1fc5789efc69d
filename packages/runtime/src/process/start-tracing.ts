import type { Environment } from "../settings/settings-reader.ts";

/** Where spans go; OpenTelemetry's own names. The one for traces goes before the one for everything. */
const ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/** Ends sending spans. */
export type Tracing = { readonly stop: () => Promise<void> };

/** Whether spans are to be sent somewhere. */
export function isTraced(environment: Environment): boolean {
  if (environment["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return false;
  return ENDPOINTS.some((name) => (environment[name] ?? "") !== "");
}

/**
 * Begins to send the spans of this process. The SDK reads the rest of its settings itself: `OTEL_EXPORTER_OTLP_HEADERS`,
 * `OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and their kin. It is loaded now: who does not trace pays nothing.
 *
 * @param name - of the process, unless it is given another one
 */
export async function startTracing(name: string): Promise<Tracing> {
  const sdk = await import("./tracing-sdk.ts");
  const named = sdk.defaultResource().merge(sdk.resourceFromAttributes({ "service.name": name }));
  const provider = new sdk.NodeTracerProvider({
    resource: named.merge(sdk.detectResources({ detectors: [sdk.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor(new sdk.OTLPTraceExporter())],
  });
  provider.register();
  // What cannot be sent any more is lost, and nothing else with it.
  return { stop: async () => provider.shutdown().catch(() => {}) };
}
