import { createSinchClient, mayBeAccepted } from "@volley/sinch";

/** @param baseUrl - `publishedBaseUrl("eu")` */
export async function sendAndAsk(baseUrl: string, servicePlanId: string, apiToken: string): Promise<string[]> {
  const ids: string[] = [];
  const firstTryAt = new Date();
  const client = createSinchClient({ baseUrl, servicePlanId, apiToken, timeoutMs: 8_000 });
  const batch = { from: "Volley", to: ["46701234567"], body: "Hi!", client_reference: "spring~eu-1" };
  const outcome = await client.sendBatch(batch);
  // accepted | rejected | throttled | unauthorized | unavailable | unknown
  if (mayBeAccepted(outcome)) await client.findBatch("spring~eu-1", firstTryAt); // found | absent | unasked | unclear
  for await (const found of client.batches.all({ start_date: firstTryAt })) {
    if (found.kind === "ok") ids.push(found.value.id); // otherwise why the list ends here
  }
  client.close();
  return ids;
}
