import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type SinchClient, SmsCallbackWebhooks } from "@sinch/sdk-core";
import { type Emulator, startEmulator } from "@volley/emulator";
import { type CallbackReceiver, startCallbackReceiver } from "./callback-receiver.ts";
import { describeSmsApi } from "./sms-api-suite.ts";
import { connectSdk, sdkApi } from "./sms-api/sdk-client.ts";
import type { SmsApiAccess } from "./sms-api/sms-api.ts";
import { eventually } from "./stage/eventually.ts";

const KEY = { keyId: "key", keySecret: "secret" };
const TEXT = { from: "12015550123", to: ["+46701234567"], body: "Hi" };

describeSmsApi("Sinch's own SDK", sdkApi);

describe("Sinch's own SDK", () => {
  let emulator: Emulator;
  let receiver: CallbackReceiver;

  beforeAll(async () => {
    receiver = await startCallbackReceiver();
    emulator = await startEmulator({
      plans: { plan: "token" },
      projects: { project: KEY },
      reportUrl: receiver.url,
      inboundUrl: receiver.url,
      callbackSecret: "SMSWebhooksSecret",
      speed: 1_000,
    });
  });

  afterAll(async () => {
    await emulator.close();
    await receiver.close();
  });

  const plan = (): SinchClient => connectSdk({ url: emulator.url, servicePlanId: "plan", apiToken: "token" });

  it("sends text, binary and media by a call of their own", async () => {
    const { batches } = plan().sms;
    const binary = { ...TEXT, body: "SGVsbG8=", udh: "0605" };
    const media = { ...TEXT, body: { url: "https://example.com/a.jpg" } };
    expect((await batches.sendTextMessage({ sendSMSRequestBody: { ...TEXT } })).type).toBe("mt_text");
    expect((await batches.sendBinaryMessage({ sendSMSRequestBody: binary })).type).toBe("mt_binary");
    expect((await batches.sendMediaMessage({ sendSMSRequestBody: media })).type).toBe("mt_media");
  });

  it("reads times as dates, and steps from page to page", async () => {
    const { batches } = plan().sms;
    const sendSMSRequestBody = { ...TEXT, client_reference: "paged" };
    const sent = await batches.send({ sendSMSRequestBody });
    await batches.send({ sendSMSRequestBody });
    expect(sent.created_at).toBeInstanceOf(Date);
    const first = await batches.list({ client_reference: "paged", page_size: 1 });
    expect([first.data.length, first.hasNextPage]).toEqual([1, true]);
    const second = await first.nextPage();
    expect([second.data[0]?.id, second.hasNextPage]).toEqual([sent.id, false]);
  });

  it("asks for one token for many calls, and for another one when that has expired", async () => {
    const before = emulator.tokens().asked;
    const { sms } = connectSdk({ url: emulator.url, projectId: "project", ...KEY });
    await Promise.all([1, 2, 3].map(() => sms.batches.send({ sendSMSRequestBody: { ...TEXT } })));
    await sms.groups.list();
    expect(emulator.tokens().asked - before).toBe(1);
    emulator.expireTokens();
    expect((await sms.batches.send({ sendSMSRequestBody: { ...TEXT } })).id).toBeDefined();
    expect(emulator.tokens().asked - before).toBe(2);
  });

  it("waits for a token that it was throttled for", async () => {
    emulator.faults.add({ match: { path: "/oauth2/token" }, action: { kind: "status", status: 429 } });
    const { sms } = connectSdk({ url: emulator.url, projectId: "project", ...KEY });
    expect((await sms.batches.send({ sendSMSRequestBody: { ...TEXT } })).id).toBeDefined();
    expect(emulator.faults.list().at(-1)?.struck).toBe(1);
  });

  it("is turned away with a wrong key, a wrong token and another one's plan", async () => {
    const { url } = emulator;
    const refusal = { status: 401 };
    await expect(sendTextAs({ url, projectId: "project", keyId: "key", keySecret: "?" })).rejects.toMatchObject(
      refusal,
    );
    await expect(sendTextAs({ url, projectId: "plan", ...KEY })).rejects.toMatchObject(refusal);
    await expect(sendTextAs({ url, servicePlanId: "plan", apiToken: "?" })).rejects.toMatchObject(refusal);
    await expect(sendTextAs({ url, servicePlanId: "project", apiToken: "token" })).rejects.toMatchObject(refusal);
  });

  it("believes the signature of callbacks, and reads them", async () => {
    const webhooks = new SmsCallbackWebhooks("SMSWebhooksSecret");
    receiver.answerWith(503);
    await plan().sms.batches.send({ sendSMSRequestBody: { ...TEXT, delivery_report: "per_recipient_final" } });
    await eventually(() => receiver.received.length === 2, "a callback that is tried again");
    emulator.receive({ plan: "plan", from: "46701234567", to: "12345", body: "Yes" });
    await eventually(() => receiver.received.length === 3, "an inbound message");

    const believed = receiver.received.map(({ headers, rawBody }) =>
      webhooks.validateAuthenticationHeader(headers, rawBody, "/callbacks", "POST"),
    );
    expect(believed).toEqual([true, true, true]);
    const [first] = receiver.received;
    expect(webhooks.validateAuthenticationHeader(first?.headers ?? {}, "{}", "/callbacks", "POST")).toBe(false);
    const events = receiver.received.map(({ rawBody }) => webhooks.parseEvent(rawBody));
    expect(events).toMatchObject([
      { type: "recipient_delivery_report_sms", recipient: "46701234567", status: "Delivered", at: expect.any(Date) },
      { type: "recipient_delivery_report_sms" },
      { type: "mo_text", from: "46701234567", to: "12345", body: "Yes", received_at: expect.any(Date) },
    ]);
    expect(emulator.callbacks()).toMatchObject({ attempts: 3, delivered: 2, dropped: 0, pending: 0 });
  });
});

function sendTextAs(access: SmsApiAccess): Promise<unknown> {
  return sdkApi(access).sendBatch(TEXT);
}
