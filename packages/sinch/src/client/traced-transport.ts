import { currentCarrier, failed, inSpan } from "@volley/tracing";
import type { Transport } from "../transport/transport.ts";

/**
 * Carries requests within spans, and tells the provider which trace each is of. The path is left out: it has the plan, and what is
 * asked for may name somebody.
 */
export function tracedTransport(transport: Transport): Transport {
  return async (request, signal) => {
    const attributes = { "http.request.method": request.method, "server.address": new URL(request.url).host };
    return inSpan({ name: request.method, kind: "client", attributes }, async (span) => {
      const headers = span.isRecording() ? { ...request.headers, ...currentCarrier() } : request.headers;
      const answer = await transport({ ...request, headers }, signal);
      if (answer.status !== null) span.setAttribute("http.response.status_code", answer.status);
      if (answer.status === null) failed(span, answer.code);
      else if (answer.status >= 400) failed(span, String(answer.status));
      return answer;
    });
  };
}
