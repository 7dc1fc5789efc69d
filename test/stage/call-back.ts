import { readTally } from "@volley/receipts";
import type { Cluster, Redis } from "ioredis";
import { spawnWebhooks, type WebhooksProcess } from "./webhooks-process.ts";

/** The send that the reports are about. */
const SEND = "us-0123456789abcdefghjk";

/** Starts the process that takes callbacks, for the region `us`, of anybody. @param environment - where Redis is */
export async function takeCallbacks(environment: Readonly<Record<string, string>>): Promise<WebhooksProcess> {
  const open = { VOLLEY_REGIONS: "us", VOLLEY_CALLBACK_UNSIGNED: "allow", VOLLEY_HTTP_PORT: "0" };
  return spawnWebhooks({ ...environment, ...open });
}

/** Says that somebody has a message. @returns the HTTP status of the answer */
export async function callBack({ url }: WebhooksProcess, recipient: string): Promise<number> {
  const report = { type: "recipient_delivery_report_sms", batch_id: "01JHFFHQ0P99JPPNQPJDV7JTBP", recipient };
  const state = { status: "Delivered", code: 0, at: new Date().toISOString(), client_reference: `x~${SEND}` };
  const body = JSON.stringify({ ...report, ...state });
  return (await fetch(`${url}/v1/callbacks/us`, { method: "POST", body })).status;
}

/** How many of whom that was said are counted. */
export async function calledBack(redis: Redis | Cluster, prefix: string): Promise<number> {
  const { states } = await readTally(redis, { prefix, region: "us" }, SEND);
  return states.reduce((sum, { count }) => sum + count, 0);
}
