import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { RequestFailedError, SinchClient, type Sms, SmsCallbackWebhooks } from "@sinch/sdk-core";
import { type Emulator, startEmulator } from "@volley/emulator";
import { type CallbackReceiver, startCallbackReceiver } from "./callback-receiver.ts";
import { describeSmsApi } from "./sms-api-suite.ts";
import { type Shown, type SmsApi, type SmsApiAccess, SmsApiRefusal, type Wire } from "./sms-api/sms-api.ts";
import { eventually } from "./stage/eventually.ts";

const KEY = { keyId: "key", keySecret: "secret" };
const TEXT = { from: "12015550123", to: ["+46701234567"], body: "Hi" };

/** Sinch's own client, pointed at the emulator, which is also its token server. */
function connectSdk({ url, ...credentials }: SmsApiAccess): SinchClient {
  return new SinchClient({ ...credentials, smsHostname: url, authHostname: url, smsRegion: "eu", logger: null });
}

/** Every SMS call of Sinch's own client. */
function sdkApi(access: SmsApiAccess): SmsApi {
  const { batches, deliveryReports, inbounds, groups } = connectSdk(access).sms;
  return {
    sendBatch: (body) => shown(batches.send({ sendSMSRequestBody: body as unknown as Sms.SendSMSRequest })),
    dryRun: (body, query) =>
      plain(batches.dryRun({ ...query, dryRunRequestBody: body as unknown as Sms.DryRunRequest })),
    listBatches: async (query) => (await all(batches.list(query))) as Shown[],
    getBatch: (id) => shown(batches.get({ batch_id: id })),
    updateBatch: (id, changes) => shown(batches.update({ batch_id: id, updateBatchMessageRequestBody: changes })),
    replaceBatch: (id, body) =>
      shown(
        batches.replace({
          batch_id: id,
          replaceBatchMessageRequestBody: body as unknown as Sms.ReplaceBatchMessageRequest,
        }),
      ),
    cancelBatch: (id) => shown(batches.cancel({ batch_id: id })),
    sendDeliveryFeedback: async (id, recipients) => {
      const body = { recipients: [...recipients] };
      await plain(batches.sendDeliveryFeedback({ batch_id: id, deliveryFeedbackRequestBody: body }));
    },
    getDeliveryReport: async (id, query) =>
      (await plain(deliveryReports.get({ batch_id: id, ...query }))) as { statuses: Wire[] } & Wire,
    getRecipientReport: (id, number) => plain(deliveryReports.getForNumber({ batch_id: id, phone_number: number })),
    listDeliveryReports: (query) => all(deliveryReports.list(query)),
    listInbounds: (query) => all(inbounds.list(query)),
    getInbound: (id) => plain(inbounds.get({ inbound_id: id })),
    createGroup: (body) => shown(groups.create({ createGroupRequestBody: body })),
    listGroups: async (query) => (await all(groups.list(query))) as Shown[],
    getGroup: (id) => shown(groups.get({ group_id: id })),
    updateGroup: (id, changes) => shown(groups.update({ group_id: id, updateGroupRequestBody: changes })),
    replaceGroup: (id, body) =>
      shown(groups.replace({ group_id: id, replaceGroupRequestBody: body as unknown as Sms.ReplaceGroupRequest })),
    deleteGroup: async (id) => void (await plain(groups.delete({ group_id: id }))),
    listGroupMembers: async (id) => (await plain(groups.listMembers({ group_id: id }))) as unknown as string[],
  };
}

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

/** What the SDK answers, as it came over the wire; what it throws, in the suite's words. */
async function plain(answer: Promise<unknown>): Promise<Wire> {
  try {
    return JSON.parse(JSON.stringify((await answer) ?? null)) as Wire;
  } catch (error) {
    if (!(error instanceof RequestFailedError)) throw error;
    throw new SmsApiRefusal(error.statusCode, codeOf(error.data));
  }
}

async function shown(answer: Promise<unknown>): Promise<Shown> {
  return (await plain(answer)) as Shown;
}

async function all(list: AsyncIterable<unknown>): Promise<Wire[]> {
  const entries: Wire[] = [];
  for await (const entry of list) entries.push(await plain(Promise.resolve(entry)));
  return entries;
}

function codeOf(data: unknown): string | undefined {
  const body: unknown = typeof data === "string" && data.startsWith("{") ? JSON.parse(data) : data;
  return typeof body === "object" && body !== null && "code" in body ? String(body.code) : undefined;
}
