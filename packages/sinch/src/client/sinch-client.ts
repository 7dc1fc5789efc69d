import { isTracing } from "@volley/tracing";
import { createApiCall } from "../api/api-call.ts";
import type { Authentication } from "../authentication/authentication.ts";
import { createPlanSender } from "../authentication/plan-sender.ts";
import { createProjectSender } from "../authentication/project-sender.ts";
import { createRotatingSender } from "../authentication/rotating-sender.ts";
import type { Sender } from "../authentication/sender.ts";
import { type BatchCalls, createBatchCalls } from "../batches/batch-calls.ts";
import { createWorkerCalls, type WorkerCalls } from "../batches/worker-calls.ts";
import { createDeliveryReportCalls, type DeliveryReportCalls } from "../delivery-reports/delivery-report-calls.ts";
import { createGroupCalls, type GroupCalls } from "../groups/group-calls.ts";
import { createInboundCalls, type InboundCalls } from "../inbounds/inbound-calls.ts";
import { requireClientOptions } from "./require-client-options.ts";
import { authenticationOf, type SinchClientOptions } from "./sinch-client-options.ts";
import { createGotTransport } from "../transport/got-transport.ts";
import { createNodeTransport } from "../transport/node-transport.ts";
import { tracedTransport } from "./traced-transport.ts";

/** The Sinch SMS API of one service plan or project. No call throws; each ends within the deadline. */
export type SinchClient = WorkerCalls & {
  readonly batches: BatchCalls;
  readonly deliveryReports: DeliveryReportCalls;
  readonly inbounds: InboundCalls;
  readonly groups: GroupCalls;
  /** Deadline of one call in milliseconds. */
  readonly timeoutMs: number;
  /** The host of its base URL, with its port where that is not the usual one. */
  readonly host: string;
  /** Ends the connections that are kept open, and with them what is still on its way. */
  readonly close: () => void;
};

const TRANSPORTS = { got: createGotTransport, node: createNodeTransport };

/** Deadline of one call in milliseconds, unless told otherwise. */
export const DEFAULT_TIMEOUT_MS = 8_000;

/**
 * A client for one service plan or one project.
 *
 * @throws TypeError for an option that there is not or that is wrong, and for a base URL, a proxy or authorities that cannot be read
 */
export function createSinchClient(options: SinchClientOptions): SinchClient {
  requireClientOptions(options);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, now = () => new Date(), random = Math.random } = options;
  const authentication = authenticationOf(options);
  const connections = options.transport
    ? { send: options.transport, close: () => {} }
    : TRANSPORTS[options.httpClient ?? "got"]({ ...options, timeoutMs });
  const transport = isTracing() ? tracedTransport(connections.send) : connections.send;
  const id = authentication.kind === "plan" ? authentication.servicePlanId : authentication.projectId;
  const create = (one: Authentication): Sender =>
    one.kind === "plan"
      ? createPlanSender(one.apiToken, transport)
      : createProjectSender({ authentication: one, transport, now, random }, timeoutMs);
  const sender = options.secrets
    ? createRotatingSender(authentication, options.secrets, create, timeoutMs)
    : create(authentication);
  const root = new URL(`/xms/v1/${encodeURIComponent(id)}`, options.baseUrl).href;
  const call = createApiCall(root, sender.send, now);
  return {
    ...createWorkerCalls(root, sender.send, now, timeoutMs),
    batches: createBatchCalls(call),
    deliveryReports: createDeliveryReportCalls(call),
    inbounds: createInboundCalls(call),
    groups: createGroupCalls(call),
    timeoutMs,
    host: new URL(options.baseUrl).host,
    close: () => {
      sender.close();
      connections.close();
    },
  };
}
